package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to a protected interface, and to the program on it, while an agent runs. */
@Tag("kernel")
class LinkWatchIT {

  private static final int PORT = 7001;

  @RegisterExtension final Scene scene = new Scene("agwatch");

  private static void awaitGreen(Enforcer enforcer) {
    Scene.await("health: " + enforcer.health().problems(), () -> enforcer.health().isGreen());
  }

  private Path pin() {
    return scene.pins().links().getFirst().path();
  }

  @Test
  void program_takenOffByHand_isPutBack_withItsGrants_andPinned() throws Exception {
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT)));
      try (XdpLink link = XdpLink.open(pin())) {
        link.detach();
      }
      awaitGreen(enforcer);
      assertThat(Scene.isFiltered(scene.veth().near())).isTrue();
      assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.GRANT);
    }
    assertThat(Scene.isFiltered(scene.veth().near())).as("the new link is pinned").isTrue();
  }

  @Test
  void pins_thatAreRemoved_areThereAgain_soThatStoppingStillLeavesItFiltered() throws Exception {
    try (Enforcer enforcer = scene.open()) {
      LinkPin link = scene.pins().links().getFirst();
      Files.delete(link.path());
      Files.delete(link.egress());
      Scene.await(
          "both are pinned", () -> Files.exists(link.path()) && Files.exists(link.egress()));
      assertThat(enforcer.health().isGreen()).isTrue();
    }
    assertThat(Scene.isFiltered(scene.veth().near())).isTrue();
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.health().isGreen()).isTrue();
    }
  }

  @Test
  void pins_thatAreRemovedJustBeforeTheStop_areThereAgain() throws Exception {
    try (Enforcer _ = scene.open()) {
      LinkPin link = scene.pins().links().getFirst();
      Files.delete(link.path());
      Files.delete(link.egress());
    }
    assertThat(Scene.isFiltered(scene.veth().near())).isTrue();
    LinkPin link = scene.pins().links().getFirst();
    assertThat(link.path()).exists();
    assertThat(link.egress()).exists();
  }

  @Test
  void directory_thatIsRemoved_isNotMadeAnew_andHealthSaysWhatToDo() throws Exception {
    try (Enforcer enforcer = scene.open()) {
      for (Path each : scene.pins().all()) {
        Files.delete(each);
      }
      Files.delete(scene.pins().directory());
      Scene.await(
          "it is told",
          () -> enforcer.health().problems().toString().contains("cannot be pinned again"));
      assertThat(enforcer.health().problems())
          .singleElement()
          .asString()
          .contains("is open when this process ends", "take the interface down before you start");
      assertThat(Scene.isFiltered(scene.veth().near())).isTrue();
    }
  }

  @Test
  void interface_thatVanishes_turnsHealthRed_andIsProtectedAtOnceWhenItIsBack() {
    String near = scene.veth().near();
    try (Enforcer enforcer = scene.open()) {
      scene.veth().deleteNear();
      assertThat(enforcer.health().problems()).singleElement().asString().contains("is gone");

      long before = System.nanoTime();
      scene.veth().recreate();
      awaitGreen(enforcer);

      // Told by the kernel, not found by looking once in a while: recreate() alone takes longer.
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LinkWatch.LOOK);
      assertThat(Scene.isFiltered(near)).isTrue();
      assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.NO_GRANT);
    }
    assertThat(Scene.isFiltered(near)).as("the new link is pinned").isTrue();
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.health().isGreen()).isTrue();
    }
  }

  @Test
  void interface_thatIsRenamed_turnsHealthRed_andIsFilteredOn() {
    String near = scene.veth().near();
    String other = near + "x";
    try (Enforcer enforcer = scene.open()) {
      Veth.run("ip", "link", "set", near, "down");
      Veth.run("ip", "link", "set", near, "name", other);
      assertThat(enforcer.health().problems())
          .singleElement()
          .asString()
          .contains("was renamed to " + other);
      assertThat(Scene.isFiltered(other)).isTrue();

      Veth.run("ip", "link", "add", near, "type", "bridge");
      assertThat(enforcer.health().problems())
          .singleElement()
          .asString()
          .contains("another interface has this name now and is unprotected");

      Veth.run("ip", "link", "delete", near);
      Veth.run("ip", "link", "set", other, "name", near);
      assertThat(enforcer.health().isGreen()).isTrue();
    }
  }

  @Test
  void interface_thatGoesDownAndUp_staysProtected() throws Exception {
    String near = scene.veth().near();
    try (Enforcer enforcer = scene.open();
        XdpLink link = XdpLink.open(pin())) {
      int program = link.info().programId();
      Veth.run("ip", "link", "set", near, "down");
      assertThat(enforcer.health().isGreen()).isTrue();
      Veth.run("ip", "link", "set", near, "up");
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThat(link.info().programId()).isEqualTo(program);
    }
  }

  @Test
  void somebodyElsesProgram_isNamed_leftAlone_andOursIsBackWhenItGoes() throws Exception {
    String near = scene.veth().near();
    try (Enforcer enforcer = scene.open();
        Programs others = new Programs(1);
        XdpLink theirs = inPlaceOfOurs(others)) {
      assertThat(enforcer.health().problems())
          .singleElement()
          .asString()
          .contains(
              "somebody else's XDP program",
              "id " + theirs.info().programId(),
              "name aegis_ingress");
      Veth.run("ip", "link", "set", near, "mtu", "1400"); // the watch looks, and leaves it there
      assertThat(theirs.info().interfaceIndex()).isNotZero();

      theirs.detach();
      awaitGreen(enforcer);
    }
  }

  /** Takes our program off, and is faster than the watch. */
  private XdpLink inPlaceOfOurs(Programs others) throws Exception {
    while (true) {
      try (XdpLink link = XdpLink.open(pin())) {
        link.detach();
        return others.attach(scene.veth().near(), AttachMode.NATIVE);
      } catch (Errno e) {
        assertThat(e.number()).isEqualTo(Errno.EBUSY); // the watch came first
      }
    }
  }
}
