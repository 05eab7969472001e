package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What opening needs, and every refusal: nothing is left half done. */
@Tag("kernel")
class OpeningIT {

  @RegisterExtension final Scene scene = new Scene("agopen");

  private void assertRefused(EnforcerSettings settings, Kind kind, String... words) {
    assertThatThrownBy(() -> scene.provider().open(settings))
        .isInstanceOfSatisfying(
            EnforcerException.class,
            e -> {
              assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
              assertThat(e).hasMessageContainingAll(words);
            });
  }

  @Test
  void open_ofAnAbsentInterface_listsThoseThereAre() {
    assertRefused(
        Settings.of(scene.instance(), "absent0"),
        Kind.BAD_SETTINGS,
        "no interface absent0",
        scene.veth().near());
    assertThat(scene.pins().directory()).doesNotExist();
  }

  @Test
  void open_ofAnInterfaceThatIsNotEthernet_isRefused() {
    assertRefused(Settings.of(scene.instance(), "lo"), Kind.BAD_SETTINGS, "lo is not Ethernet");
  }

  @Test
  void open_ofAnInstanceThatIsOpen_isRefused() {
    try (Enforcer enforcer = scene.open()) {
      assertRefused(
          Settings.of(scene.instance(), scene.veth().near()),
          Kind.BUSY,
          "this process",
          scene.instance());
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThatThrownBy(() -> scene.provider().detach(scene.instance()))
          .isInstanceOf(EnforcerException.class);
    }
  }

  @Test
  void open_withSomebodyElsesProgram_namesItAndTakesBackTheRest() throws Exception {
    try (Veth second = Veth.create();
        Programs programs = new Programs(1);
        XdpLink other = programs.attach(second.near(), AttachMode.NATIVE)) {
      String id = Integer.toString(other.info().programId());

      assertRefused(
          Settings.of(scene.instance(), scene.veth().near(), second.near()),
          Kind.BUSY,
          second.near(),
          "id " + id,
          "name aegis_ingress");

      assertThat(scene.pins().directory()).doesNotExist();
      assertThat(Veth.run("ip", "-d", "link", "show", scene.veth().near()))
          .doesNotContain("prog/xdp");
    }
  }

  @Test
  void open_whenALaterAttachmentFails_takesBackTheEarlierOnes() {
    // A veth refuses native XDP with an MTU that one buffer cannot hold unless the program takes
    // several; a bridge has no native mode at all.
    String bridge = "agb" + ProcessHandle.current().pid() % 1_000_000;
    Veth.run("ip", "link", "add", bridge, "type", "bridge");
    try {
      assertRefused(
          Settings.of(scene.instance(), scene.veth().near(), bridge),
          Kind.UNSUPPORTED,
          bridge,
          "native mode",
          "attach=generic");
      assertThat(scene.pins().directory()).doesNotExist();
      assertThat(Veth.run("ip", "-d", "link", "show", scene.veth().near()))
          .doesNotContain("prog/xdp");
    } finally {
      Veth.run("ip", "link", "delete", bridge);
    }
  }

  @Test
  void open_thatFailsAfterPrograms_wereReplaced_putsTheOldOnesBack() throws Exception {
    scene.open().close();
    Path pin = scene.pins().links().getFirst().path();
    Path egress = scene.pins().links().getFirst().egress();
    int before = programAt(pin);
    int leavingBefore = programAt(egress);
    Path program = scene.pins().links().getFirst().program(Direction.INGRESS);
    Files.delete(program);
    Files.createDirectories(program.resolve("in-the-way"));
    try {
      assertThatThrownBy(
              () -> scene.provider().open(Settings.of(scene.instance(), scene.veth().near())))
          .hasNoSuppressedExceptions();
      assertThat(programAt(pin)).isEqualTo(before);
      assertThat(programAt(egress)).isEqualTo(leavingBefore);
    } finally {
      Files.delete(program.resolve("in-the-way"));
      Files.delete(program);
    }
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.health().isGreen()).isTrue();
    }
  }

  private static int programAt(Path pin) throws Exception {
    try (XdpLink link = XdpLink.open(pin)) {
      return link.info().programId();
    }
  }

  @Test
  void open_withAnUnknownOption_namesIt() {
    var settings =
        new EnforcerSettings(
            scene.instance(),
            List.of(InterfaceSettings.enforcing(scene.veth().near())),
            List.of(),
            10,
            Instant::now,
            Map.of("atach", "generic"));
    assertRefused(settings, Kind.BAD_SETTINGS, "unknown options: atach", "attach");
  }

  @Test
  void open_withPinsOfAnotherLayout_refusesAndEnforcementGoesOn() throws Exception {
    scene.open().close();
    Path state = scene.pins().map(SharedMaps.STATE);
    var update = new ArrayList<>(List.of("bpftool", "map", "update", "pinned", state.toString()));
    update.addAll(List.of("key", "0", "0", "0", "0", "value", "99"));
    update.addAll(Collections.nCopies(39, "0"));
    Veth.run(update.toArray(String[]::new));

    assertRefused(
        Settings.of(scene.instance(), scene.veth().near()),
        Kind.UNSUPPORTED,
        "layout 99",
        "detach the instance");

    assertThat(Veth.run("ip", "-d", "link", "show", scene.veth().near())).contains("prog/xdp");
    assertThat(Files.exists(state)).isTrue();
  }

  @Test
  void open_whereOthersCanWriteThePins_isRefusedAndMakesNothing() throws Exception {
    Path directory = scene.pins().directory();
    for (String mode : List.of("rwxrwx---", "rwx---rwx")) {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
      refusedForItsPins("can be written by others");
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(directory, "unix:uid", 65_534);
    refusedForItsPins("belongs to ");
    Files.delete(directory);
    Files.createSymbolicLink(directory, Path.of("/tmp"));
    refusedForItsPins("is no directory");
    Files.delete(directory);
  }

  private void refusedForItsPins(String why) {
    assertThatThrownBy(() -> scene.open())
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_PERMITTED))
        .hasMessageContaining(why)
        .hasMessageContaining("mode=0700");
  }

  @Test
  void pinsAndLock_areForThisUserAlone() throws Exception {
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThat(Files.getPosixFilePermissions(scene.pins().directory()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.getPosixFilePermissions(Path.of("/run/aegis/" + scene.instance() + ".lock")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void open_withGenericModeConfigured_attachesInGenericMode() {
    var settings =
        new EnforcerSettings(
            scene.instance(),
            List.of(InterfaceSettings.enforcing(scene.veth().near())),
            List.of(),
            10,
            Instant::now,
            Map.of("attach", "generic"));
    try (Enforcer enforcer = scene.provider().open(settings)) {
      assertThat(Veth.run("ip", "-d", "link", "show", scene.veth().near())).contains("xdpgeneric");
      assertThat(enforcer.health().isGreen()).isTrue();
    }
  }
}
