package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The enforcer on real interfaces: real frames, and its life in the kernel. */
@Tag("kernel")
class XdpEnforcerIT {

  private static final int OPEN_PORT = 7001;
  private static final int OTHER_PORT = 7002;

  @RegisterExtension final Scene scene = new Scene("agt");

  private static long packets(Enforcer enforcer) {
    return Objects.requireNonNull(enforcer.activity().get(new GrantId(1))).packets();
  }

  private DatagramSocket listen(int port) throws Exception {
    var socket = new DatagramSocket(new InetSocketAddress(scene.veth().nearAddress(), port));
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
    try (Enforcer enforcer = scene.open();
        DatagramSocket granted = listen(OPEN_PORT);
        DatagramSocket other = listen(OTHER_PORT)) {
      scene.veth().sendUdp(OPEN_PORT);
      enforcer.apply(GrantUpdate.adding(scene.grant(1, OPEN_PORT)));
      scene.veth().sendUdp(OTHER_PORT);
      scene.veth().sendUdp(OPEN_PORT);

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
    try (Enforcer enforcer = scene.open();
        DatagramSocket socket = listen(OPEN_PORT);
        DatagramSocket other = listen(OTHER_PORT)) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, OPEN_PORT), scene.grant(2, OTHER_PORT)));
      scene.veth().sendUdp(OPEN_PORT);
      assertThat(receives(socket, 5000)).isTrue();

      var receipt = enforcer.apply(GrantUpdate.removing(new GrantId(1))).receipts().getFirst();
      scene.veth().sendUdp(OPEN_PORT);
      scene.veth().sendUdp(OTHER_PORT);

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
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(
          GrantUpdate.adding(scene.grant(1, OPEN_PORT).withIdleLimit(Duration.ofSeconds(2))));
      long applied = System.nanoTime();
      assertThat(scene.reason(enforcer, OPEN_PORT)).isEqualTo(Reason.GRANT);

      Scene.await("IDLE", () -> scene.reason(enforcer, OPEN_PORT) == Reason.IDLE);

      assertThat(Duration.ofNanos(System.nanoTime() - applied))
          .isBetween(Duration.ofMillis(1950), Duration.ofSeconds(8));
    }
  }

  @Test
  void expiry_ofEitherKind_isDecidedInTheKernel() {
    try (Enforcer enforcer = scene.open()) {
      Instant soon = Instant.now().plusSeconds(2);
      enforcer.apply(GrantUpdate.adding(scene.grant(1, OPEN_PORT).withSoftExpiry(soon)));
      assertThat(scene.reason(enforcer, OPEN_PORT)).isEqualTo(Reason.GRANT);

      Scene.await("EXPIRED", () -> scene.reason(enforcer, OPEN_PORT) == Reason.EXPIRED);

      assertThat(Instant.now()).isAfterOrEqualTo(soon.minusMillis(11)); // a tick, and a cut
      var extension = new GrantUpdate.Extension(new GrantId(1), Instant.now().plusSeconds(20));
      enforcer.apply(new GrantUpdate(List.of(), List.of(), List.of(extension)));
      assertThat(scene.reason(enforcer, OPEN_PORT)).isEqualTo(Reason.GRANT);
    }
  }

  @Test
  void closed_enforcesOn_andOpeningTakesOver() throws Exception {
    List<Grant> grants;
    try (Enforcer first = scene.open();
        DatagramSocket granted = listen(OPEN_PORT)) {
      first.apply(
          GrantUpdate.adding(
              scene.grant(1, OPEN_PORT), scene.grant(2, OTHER_PORT).withNeedsLease(true)));
      scene.veth().sendUdp(OPEN_PORT);
      assertThat(receives(granted, 5000)).isTrue();
      grants = first.grants();
    }
    try (DatagramSocket granted = listen(OPEN_PORT);
        DatagramSocket other = listen(OTHER_PORT)) {
      scene.veth().sendUdp(OTHER_PORT);
      scene.veth().sendUdp(OPEN_PORT);
      assertThat(receives(granted, 5000)).isTrue();
      assertThat(receives(other, 1)).isFalse();
    }
    try (Enforcer second = scene.open()) {
      assertThat(second.grants()).isEqualTo(grants);
      assertThat(packets(second)).isEqualTo(2);
      assertThat(second.counters().packets(Reason.GRANT)).isEqualTo(2);
      assertThat(second.health().isGreen()).isTrue();
      assertThat(scene.reason(second, OTHER_PORT)).isEqualTo(Reason.LEASE);
      second.lease(Duration.ofSeconds(30));
      assertThat(scene.reason(second, OTHER_PORT)).isEqualTo(Reason.GRANT);
      second.replace(List.of());
      assertThat(scene.reason(second, OPEN_PORT)).isEqualTo(Reason.NO_GRANT);
    }
  }

  @Test
  void reopening_appliesNewSettingsAndRules() {
    scene.open().close();
    var audit = new InterfaceSettings(scene.veth().near(), EnforcementMode.AUDIT, false, Set.of());
    var rule =
        new StaticRule(
            Direction.INGRESS,
            Prefix.ALL_IPV4,
            Prefix.ALL_IPV4,
            Frames.UDP,
            PortRange.ANY,
            PortRange.of(OTHER_PORT),
            false);

    try (Enforcer enforcer =
        scene.provider().open(Settings.of(scene.instance(), List.of(audit), List.of(rule)))) {
      assertThat(scene.reason(enforcer, OTHER_PORT)).isEqualTo(Reason.STATIC);
      assertThat(enforcer.explain(scene.veth().near(), scene.frame(OPEN_PORT)).wouldDrop())
          .isTrue();
    }
  }

  @Test
  void detach_leavesTheInterfaceAsItWas() {
    Enforcer enforcer = scene.open();
    assertThat(Veth.run("ip", "-d", "link", "show", scene.veth().near())).contains("prog/xdp");
    assertThat(scene.pins().links()).hasSize(1);

    enforcer.detach();

    assertThat(Veth.run("ip", "-d", "link", "show", scene.veth().near()))
        .doesNotContain("prog/xdp");
    assertThat(scene.pins().directory()).doesNotExist();
    assertThatThrownBy(enforcer::grants)
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }

  @Test
  void reopening_withOtherRoom_keepsTheGrants_andTakesAsManyAsTheTableHolds() {
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, OPEN_PORT), scene.grant(2, OTHER_PORT)));
    }
    for (int room : new int[] {2, 1_000_000}) {
      var settings = Settings.of(scene.instance(), scene.veth().near());
      var other =
          new EnforcerSettings(
              scene.instance(),
              settings.interfaces(),
              settings.staticRules(),
              room,
              settings.clock(),
              settings.options());
      try (Enforcer enforcer = scene.provider().open(other)) {
        assertThat(enforcer.grants()).extracting(Grant::id).hasSize(2);
        assertThat(enforcer.apply(GrantUpdate.adding(scene.grant(3, 7003))).failures())
            .hasSize(room == 2 ? 1 : 0);
      }
    }
  }
}
