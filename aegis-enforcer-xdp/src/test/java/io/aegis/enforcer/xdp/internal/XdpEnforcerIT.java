package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The enforcer on real interfaces: real frames, its life in the kernel, and every refusal. */
@Tag("kernel")
class XdpEnforcerIT {

  private static final int OPEN_PORT = 7001;
  private static final int OTHER_PORT = 7002;

  private final String instance = "agt" + ProcessHandle.current().pid();
  private final Pins pins = new Pins(instance);
  private final XdpEnforcerProvider provider = new XdpEnforcerProvider();
  private int openBefore;
  private Veth veth;

  @BeforeEach
  void create() {
    openBefore = OwnedFd.openCount();
    veth = Veth.create();
  }

  @AfterEach
  void nothingStays() {
    provider.detach(instance);
    veth.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
    assertThat(pins.directory()).doesNotExist();
    assertThat(Path.of("/run/aegis", instance + ".lock")).doesNotExist();
  }

  private Enforcer open() {
    return provider.open(Settings.of(instance, veth.near()));
  }

  private Grant grant(long id, int port) {
    return Grant.until(
        new GrantId(id),
        IpAddress.parse(veth.farAddress()),
        Target.of(IpAddress.parse(veth.nearAddress()), Protocol.UDP, port),
        Instant.now().plusSeconds(60));
  }

  private byte[] frame(int port) {
    byte[] packet = Frames.ipv4(Frames.UDP, Frames.udp(5, port));
    System.arraycopy(IpAddress.parse(veth.farAddress()).bytes(), 0, packet, 12, 4);
    System.arraycopy(IpAddress.parse(veth.nearAddress()).bytes(), 0, packet, 16, 4);
    return Frames.ipv4Frame(packet);
  }

  private Reason reason(Enforcer enforcer, int port) {
    return enforcer.explain(veth.near(), frame(port)).reason();
  }

  private static long packets(Enforcer enforcer) {
    return Objects.requireNonNull(enforcer.activity().get(new GrantId(1))).packets();
  }

  private DatagramSocket listen(int port) throws Exception {
    var socket = new DatagramSocket(new InetSocketAddress(veth.nearAddress(), port));
    socket.setSoTimeout(5000);
    return socket;
  }

  private static boolean receives(DatagramSocket socket, int millis) throws Exception {
    socket.setSoTimeout(millis);
    try {
      socket.receive(new DatagramPacket(new byte[10], 10));
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void frames_onTheWire_passByTheirGrantAlone() throws Exception {
    try (Enforcer enforcer = open();
        DatagramSocket granted = listen(OPEN_PORT);
        DatagramSocket other = listen(OTHER_PORT)) {
      veth.sendUdp(OPEN_PORT);
      enforcer.apply(GrantUpdate.adding(grant(1, OPEN_PORT)));
      veth.sendUdp(OTHER_PORT);
      veth.sendUdp(OPEN_PORT);

      assertThat(receives(granted, 5000)).isTrue();
      // Frames of a veth keep their order: what was sent before has been dropped, not delayed.
      assertThat(receives(granted, 1)).isFalse();
      assertThat(receives(other, 1)).isFalse();
      assertThat(enforcer.counters().packets(Reason.GRANT)).isEqualTo(1);
      assertThat(enforcer.counters().packets(Reason.NO_GRANT)).isGreaterThanOrEqualTo(2);
      assertThat(enforcer.counters().packets(Reason.ARP)).isGreaterThanOrEqualTo(1);
      assertThat(packets(enforcer)).isEqualTo(1);
    }
  }

  @Test
  void removal_hasAReceiptWithTheLastPacket_andNothingPassesAfterIt() throws Exception {
    try (Enforcer enforcer = open();
        DatagramSocket socket = listen(OPEN_PORT);
        DatagramSocket other = listen(OTHER_PORT)) {
      enforcer.apply(GrantUpdate.adding(grant(1, OPEN_PORT), grant(2, OTHER_PORT)));
      veth.sendUdp(OPEN_PORT);
      assertThat(receives(socket, 5000)).isTrue();

      var receipt = enforcer.apply(GrantUpdate.removing(new GrantId(1))).receipts().getFirst();
      veth.sendUdp(OPEN_PORT);
      veth.sendUdp(OTHER_PORT);

      assertThat(receives(other, 5000)).isTrue();
      assertThat(receives(socket, 1)).isFalse();
      assertThat(receipt.lastAdmitted())
          .get()
          .satisfies(t -> assertThat(t).isBefore(receipt.appliedAt()));
      assertThat(enforcer.grants()).extracting(Grant::id).containsExactly(new GrantId(2));
    }
  }

  @Test
  void idleGrant_closesInTheKernel() {
    try (Enforcer enforcer = open()) {
      enforcer.apply(GrantUpdate.adding(grant(1, OPEN_PORT).withIdleLimit(Duration.ofSeconds(2))));
      long applied = System.nanoTime();
      assertThat(reason(enforcer, OPEN_PORT)).isEqualTo(Reason.GRANT);

      await(() -> reason(enforcer, OPEN_PORT) == Reason.IDLE);

      assertThat(Duration.ofNanos(System.nanoTime() - applied))
          .isBetween(Duration.ofMillis(1950), Duration.ofSeconds(8));
    }
  }

  @Test
  void expiry_ofEitherKind_isDecidedInTheKernel() {
    try (Enforcer enforcer = open()) {
      Instant soon = Instant.now().plusSeconds(2);
      enforcer.apply(GrantUpdate.adding(grant(1, OPEN_PORT).withSoftExpiry(soon)));
      assertThat(reason(enforcer, OPEN_PORT)).isEqualTo(Reason.GRANT);

      await(() -> reason(enforcer, OPEN_PORT) == Reason.EXPIRED);

      assertThat(Instant.now()).isAfterOrEqualTo(soon.minusMillis(11)); // a tick, and a cut
      var extension = new GrantUpdate.Extension(new GrantId(1), Instant.now().plusSeconds(20));
      enforcer.apply(new GrantUpdate(List.of(), List.of(), List.of(extension)));
      assertThat(reason(enforcer, OPEN_PORT)).isEqualTo(Reason.GRANT);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void closed_enforcesOn_andOpeningTakesOver() throws Exception {
    List<Grant> grants;
    try (Enforcer first = open();
        DatagramSocket granted = listen(OPEN_PORT)) {
      first.apply(
          GrantUpdate.adding(grant(1, OPEN_PORT), grant(2, OTHER_PORT).withNeedsLease(true)));
      veth.sendUdp(OPEN_PORT);
      assertThat(receives(granted, 5000)).isTrue();
      grants = first.grants();
    }
    try (DatagramSocket granted = listen(OPEN_PORT);
        DatagramSocket other = listen(OTHER_PORT)) {
      veth.sendUdp(OTHER_PORT);
      veth.sendUdp(OPEN_PORT);
      assertThat(receives(granted, 5000)).isTrue();
      assertThat(receives(other, 1)).isFalse();
    }
    try (Enforcer second = open()) {
      assertThat(second.grants()).isEqualTo(grants);
      assertThat(packets(second)).isEqualTo(2);
      assertThat(second.counters().packets(Reason.GRANT)).isEqualTo(2);
      assertThat(second.health().isGreen()).isTrue();
      assertThat(reason(second, OTHER_PORT)).isEqualTo(Reason.LEASE);
      second.lease(Duration.ofSeconds(30));
      assertThat(reason(second, OTHER_PORT)).isEqualTo(Reason.GRANT);
      second.replace(List.of());
      assertThat(reason(second, OPEN_PORT)).isEqualTo(Reason.NO_GRANT);
    }
  }

  @Test
  void reopening_appliesNewSettingsAndRules() {
    open().close();
    var audit = new InterfaceSettings(veth.near(), EnforcementMode.AUDIT, false, Set.of());
    var rule =
        new StaticRule(
            Direction.INGRESS,
            Prefix.ALL_IPV4,
            Prefix.ALL_IPV4,
            Frames.UDP,
            PortRange.ANY,
            PortRange.of(OTHER_PORT),
            false);

    try (Enforcer enforcer = provider.open(Settings.of(instance, List.of(audit), List.of(rule)))) {
      assertThat(reason(enforcer, OTHER_PORT)).isEqualTo(Reason.STATIC);
      assertThat(enforcer.explain(veth.near(), frame(OPEN_PORT)).wouldDrop()).isTrue();
    }
  }

  @Test
  void detach_leavesTheInterfaceAsItWas() {
    Enforcer enforcer = open();
    assertThat(Veth.run("ip", "-d", "link", "show", veth.near())).contains("prog/xdp");
    assertThat(pins.links()).hasSize(1);

    enforcer.detach();

    assertThat(Veth.run("ip", "-d", "link", "show", veth.near())).doesNotContain("prog/xdp");
    assertThat(pins.directory()).doesNotExist();
    assertThatThrownBy(enforcer::grants)
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }

  private void assertRefused(EnforcerSettings settings, Kind kind, String... words) {
    assertThatThrownBy(() -> provider.open(settings))
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
        Settings.of(instance, "absent0"), Kind.BAD_SETTINGS, "no interface absent0", veth.near());
    assertThat(pins.directory()).doesNotExist();
  }

  @Test
  void open_ofAnInterfaceThatIsNotEthernet_isRefused() {
    assertRefused(Settings.of(instance, "lo"), Kind.BAD_SETTINGS, "lo is not Ethernet");
  }

  @Test
  void open_ofAnInstanceThatIsOpen_isRefused() {
    try (Enforcer enforcer = open()) {
      assertRefused(Settings.of(instance, veth.near()), Kind.BUSY, "this process", instance);
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThatThrownBy(() -> provider.detach(instance)).isInstanceOf(EnforcerException.class);
    }
  }

  @Test
  void open_withSomebodyElsesProgram_namesItAndTakesBackTheRest() throws Exception {
    try (Veth second = Veth.create();
        Programs programs = new Programs(1);
        XdpLink other = programs.attach(second.near(), AttachMode.NATIVE)) {
      String id = Integer.toString(other.info().programId());

      assertRefused(
          Settings.of(instance, veth.near(), second.near()),
          Kind.BUSY,
          second.near(),
          "id " + id,
          "name aegis_ingress");

      assertThat(pins.directory()).doesNotExist();
      assertThat(Veth.run("ip", "-d", "link", "show", veth.near())).doesNotContain("prog/xdp");
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
          Settings.of(instance, veth.near(), bridge),
          Kind.UNSUPPORTED,
          bridge,
          "native mode",
          "attach=generic");
      assertThat(pins.directory()).doesNotExist();
      assertThat(Veth.run("ip", "-d", "link", "show", veth.near())).doesNotContain("prog/xdp");
    } finally {
      Veth.run("ip", "link", "delete", bridge);
    }
  }

  @Test
  void open_withGenericModeConfigured_attachesInGenericMode() {
    var settings =
        new EnforcerSettings(
            instance,
            List.of(InterfaceSettings.enforcing(veth.near())),
            List.of(),
            10,
            Instant::now,
            Map.of("attach", "generic"));
    try (Enforcer enforcer = provider.open(settings)) {
      assertThat(Veth.run("ip", "-d", "link", "show", veth.near())).contains("xdpgeneric");
      assertThat(enforcer.health().isGreen()).isTrue();
    }
  }

  @Test
  void open_withAnUnknownOption_namesIt() {
    var settings =
        new EnforcerSettings(
            instance,
            List.of(InterfaceSettings.enforcing(veth.near())),
            List.of(),
            10,
            Instant::now,
            Map.of("atach", "generic"));
    assertRefused(settings, Kind.BAD_SETTINGS, "unknown options: atach", "attach");
  }

  @Test
  void reopening_withOtherRoom_keepsTheGrants_andTakesAsManyAsTheTableHolds() {
    try (Enforcer enforcer = open()) {
      enforcer.apply(GrantUpdate.adding(grant(1, OPEN_PORT), grant(2, OTHER_PORT)));
    }
    for (int room : new int[] {2, 1_000_000}) {
      var settings = Settings.of(instance, veth.near());
      var other =
          new EnforcerSettings(
              instance,
              settings.interfaces(),
              settings.staticRules(),
              room,
              settings.clock(),
              settings.options());
      try (Enforcer enforcer = provider.open(other)) {
        assertThat(enforcer.grants()).extracting(Grant::id).hasSize(2);
        assertThat(enforcer.apply(GrantUpdate.adding(grant(3, 7003))).failures())
            .hasSize(room == 2 ? 1 : 0);
      }
    }
  }

  @Test
  void open_withPinsOfAnotherLayout_refusesAndEnforcementGoesOn() throws Exception {
    open().close();
    Path state = pins.map(SharedMaps.STATE);
    var update = new ArrayList<>(List.of("bpftool", "map", "update", "pinned", state.toString()));
    update.addAll(List.of("key", "0", "0", "0", "0", "value", "99"));
    update.addAll(Collections.nCopies(39, "0"));
    Veth.run(update.toArray(String[]::new));

    assertRefused(
        Settings.of(instance, veth.near()), Kind.UNSUPPORTED, "layout 99", "detach the instance");

    assertThat(Veth.run("ip", "-d", "link", "show", veth.near())).contains("prog/xdp");
    assertThat(Files.exists(state)).isTrue();
  }

  @Test
  void open_whereOthersCanWriteThePins_isRefusedAndMakesNothing() throws Exception {
    Path directory = pins.directory();
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
    assertThatThrownBy(() -> provider.open(Settings.of(instance, veth.near())))
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_PERMITTED))
        .hasMessageContaining(why)
        .hasMessageContaining("mode=0700");
  }

  @Test
  void pinsAndLock_areForThisUserAlone() throws Exception {
    try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()))) {
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThat(Files.getPosixFilePermissions(pins.directory()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.getPosixFilePermissions(Path.of("/run/aegis/" + instance + ".lock")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }
}
