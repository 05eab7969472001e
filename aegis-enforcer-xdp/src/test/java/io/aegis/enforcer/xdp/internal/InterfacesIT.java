package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.sys.Capture;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several interfaces of one instance, and interfaces whose driver knows nothing of XDP. */
@Tag("kernel")
class InterfacesIT {

  private static final int PORT = 7001;

  @RegisterExtension final Scene scene = new Scene("agmany");

  private static byte[] lldp() {
    return Frames.ethernet(0x88CC, new byte[46]);
  }

  @Test
  void twoInterfaces_haveSettingsAndCountersOfTheirOwn_andShareTheGrants() {
    try (Veth second = Veth.create()) {
      String strict = scene.veth().near();
      String lax = second.near();
      var settings =
          Settings.of(
              scene.instance(),
              List.of(
                  InterfaceSettings.enforcing(strict),
                  new InterfaceSettings(
                      lax, EnforcementMode.AUDIT, true, Set.of(LinkControl.LLDP))),
              List.of());
      try (Enforcer enforcer = scene.provider().open(settings)) {
        enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT)));
        for (String each : List.of(strict, lax)) {
          assertThat(enforcer.explain(each, scene.frame(PORT)).reason()).isEqualTo(Reason.GRANT);
        }
        assertThat(enforcer.explain(strict, scene.frame(9)).admitted()).isFalse();
        assertThat(enforcer.explain(lax, scene.frame(9)).wouldDrop()).isTrue();
        assertThat(enforcer.explain(strict, lldp()).reason()).isEqualTo(Reason.ETHERTYPE);
        assertThat(enforcer.explain(lax, lldp()).reason()).isEqualTo(Reason.LINK_CONTROL);

        scene.veth().sendUdp(9);
        second.sendUdp(9);
        assertThat(enforcer.counters().counts())
            .filteredOn(count -> count.reason() == Reason.NO_GRANT)
            .anyMatch(count -> is(count, strict, false))
            .anyMatch(count -> is(count, lax, true))
            .noneMatch(count -> is(count, strict, true))
            .noneMatch(count -> is(count, lax, false));
        assertThat(enforcer.health().isGreen()).isTrue();
      }
      scene.provider().detach(scene.instance()); // before its interface goes
    }
  }

  private static boolean is(Count count, String name, boolean wouldDrop) {
    return count.interfaceName().equals(name) && count.wouldDrop() == wouldDrop;
  }

  @Test
  void interfaces_thatComeAndGoAcrossRestarts_keepTheirNumbers() {
    try (Veth second = Veth.create();
        Veth third = Veth.create()) {
      String first = scene.veth().near();
      open(first, second.near()).close();
      // In another order, and with one more: nobody loses his counters to another.
      open(third.near(), second.near(), first).close();
      assertThat(scene.pins().links())
          .extracting(LinkPin::interfaceName)
          .containsExactly(first, second.near(), third.near());
      // One that is no longer named stays protected: only detaching ends that.
      open(first).close();
      for (String each : List.of(first, second.near(), third.near())) {
        assertThat(Scene.isFiltered(each)).as(each).isTrue();
      }
      scene.provider().detach(scene.instance());
      for (String each : List.of(first, second.near(), third.near())) {
        assertThat(Scene.isFiltered(each)).as(each).isFalse();
      }
    }
  }

  private Enforcer open(String... interfaces) {
    return scene.provider().open(Settings.of(scene.instance(), interfaces));
  }

  @Test
  void oneInterfaceOfTwo_thatVanishes_isNamed_andTheOtherStaysProtected() {
    try (Veth second = Veth.create();
        Enforcer enforcer = open(scene.veth().near(), second.near())) {
      second.deleteNear();
      assertThat(enforcer.health().problems())
          .singleElement()
          .asString()
          .startsWith(second.near() + ": the interface is gone");
      assertThat(Scene.isFiltered(scene.veth().near())).isTrue();
      second.recreate();
      Scene.await("both are protected", () -> enforcer.health().isGreen());
      enforcer.detach(); // before its interface goes
    }
  }

  private EnforcerSettings settings(String mode, String name) {
    return new EnforcerSettings(
        scene.instance(),
        List.of(InterfaceSettings.enforcing(name)),
        List.of(),
        100,
        InstantSource.system(),
        Map.of("attach", mode));
  }

  @Test
  void bridge_inNativeMode_isRefusedByName_andInGenericModeEnforces() throws Exception {
    Veth port = scene.veth();
    String bridge = "agbr" + ProcessHandle.current().pid() % 1_000_000;
    Veth.run("ip", "link", "add", bridge, "type", "bridge");
    try {
      // The address moves to the bridge, as on a host that bridges its uplink.
      Veth.run("ip", "address", "flush", "dev", port.near());
      Veth.run("ip", "link", "set", port.near(), "master", bridge);
      Veth.run("ip", "address", "add", port.nearAddress() + "/30", "dev", bridge);
      Veth.run("ip", "link", "set", bridge, "up");

      assertThatThrownBy(() -> scene.provider().open(settings("native", bridge)))
          .isInstanceOfSatisfying(
              EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
          .hasMessageContainingAll(bridge, "native mode", "its driver cannot", "attach=generic");
      assertThat(scene.pins().directory()).doesNotExist();

      try (Enforcer enforcer = scene.provider().open(settings("generic", bridge));
          var socket = new DatagramSocket(new InetSocketAddress(port.nearAddress(), PORT))) {
        assertThat(Veth.run("ip", "-d", "link", "show", bridge)).contains("xdpgeneric");
        port.sendUdp(PORT);
        assertThat(receives(socket, 100)).as("without a grant").isFalse();
        assertThat(enforcer.counters().packets(Reason.NO_GRANT)).isPositive();

        enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT)));
        port.sendUdp(PORT);
        assertThat(receives(socket, 5000)).as("with one").isTrue();
        assertThat(enforcer.health().isGreen()).isTrue();
        enforcer.detach();
      }
    } finally {
      Veth.run("ip", "link", "delete", bridge);
    }
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
  void grants_ofClientsBehindAnyInterface_openThePathThere() {
    try (Veth second = Veth.create();
        Enforcer enforcer = open(scene.veth().near(), second.near())) {
      Grant grant =
          Grant.until(
              new GrantId(7),
              IpAddress.parse(second.farAddress()),
              Target.of(IpAddress.parse(second.nearAddress()), Protocol.UDP, PORT),
              Instant.now().plusSeconds(60));
      enforcer.apply(GrantUpdate.adding(grant));
      second.sendUdp(PORT);
      assertThat(enforcer.activity().get(new GrantId(7)))
          .satisfies(seen -> assertThat(seen.packets()).isEqualTo(1));
      enforcer.detach(); // before its interface goes
    }
  }

  @Test
  void whatLeaves_isFilteredOnEachInterface_byItsOwnSettings() throws Exception {
    try (Veth second = Veth.create()) {
      String strict = scene.veth().near();
      String lax = second.near();
      var settings =
          Settings.of(
              scene.instance(),
              List.of(
                  InterfaceSettings.enforcing(strict),
                  new InterfaceSettings(lax, EnforcementMode.AUDIT, false, Set.of())),
              List.of());
      try (Enforcer enforcer = scene.provider().open(settings);
          Capture behindStrict = Capture.of("far0", scene.veth().namespace());
          Capture behindLax = Capture.of("far0", second.namespace())) {
        send(scene.veth(), PORT);
        send(second, PORT);
        Scene.await("audit lets it out", () -> holdsUdp(behindLax));
        assertThat(holdsUdp(behindStrict)).isFalse();
        assertThat(enforcer.counters().counts())
            .filteredOn(count -> count.reason() == Reason.EGRESS)
            .anyMatch(count -> is(count, strict, false))
            .anyMatch(count -> is(count, lax, true))
            .noneMatch(count -> is(count, strict, true))
            .noneMatch(count -> is(count, lax, false));

        // The client behind the strict interface gets its answers, that behind the other none.
        enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT)));
        send(scene.veth(), PORT);
        Scene.await("the answer has left", () -> holdsUdp(behindStrict));
        send(second, PORT);
        assertThat(enforcer.counters().counts())
            .filteredOn(count -> count.reason() == Reason.GRANT)
            .extracting(Count::interfaceName)
            .containsOnly(strict);
      }
      scene.provider().detach(scene.instance()); // before its interface goes
    }
  }

  /** What the near side sends from a port of its own to the far one. */
  private static void send(Veth veth, int from) throws IOException {
    try (var socket = new DatagramSocket(new InetSocketAddress(veth.nearAddress(), from))) {
      socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName(veth.farAddress()), 9));
    } catch (IOException e) {
      // So the sender is told of what the filter drops, now and then.
      assertThat(e).hasMessageContaining("No buffer space");
    }
  }

  private static boolean holdsUdp(Capture capture) {
    try {
      return capture.frames().stream().anyMatch(frame -> frame.protocol() == Frames.UDP);
    } catch (Errno e) {
      throw new IllegalStateException(e);
    }
  }
}
