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
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves through a protected interface, with real packets. */
@Tag("kernel")
class EgressIT {

  private static final int PORT = 7001;
  private static final int SILENT_PORT = 7002;

  @RegisterExtension private final Scene scene = new Scene("agegr");

  private Grant tcp(long id) {
    return Grant.until(
        new GrantId(id),
        IpAddress.parse(scene.veth().farAddress()),
        Target.of(IpAddress.parse(scene.veth().nearAddress()), Protocol.TCP, PORT),
        Instant.now().plusSeconds(60));
  }

  private static long packets(Enforcer enforcer, Direction way, Reason reason) {
    return enforcer.counters().counts().stream()
        .filter(count -> count.direction() == way && count.reason() == reason)
        .mapToLong(Count::packets)
        .sum();
  }

  private DatagramSocket udp(int port) throws IOException {
    return new DatagramSocket(new InetSocketAddress(scene.veth().nearAddress(), port));
  }

  private interface Sending {
    void run() throws IOException;
  }

  /** What the filter drops may be told to the sender. */
  private static void attempt(Sending sending) {
    try {
      sending.run();
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
  }

  private void dialOut(String to) {
    attempt(() -> {
      try (var socket = new DatagramSocket()) {
        socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName(to), 53));
      }
    });
    attempt(() -> {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(to, 443), 300);
      }
    });
    attempt(() -> assertThat(InetAddress.getByName(to).isReachable(300)).isFalse());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void service_thatDialsOut_getsNothing(boolean isIpv6) {
    scene.veth().addIpv6();
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT), tcp(2)));
      dialOut(isIpv6 ? scene.veth().farAddress6() : scene.veth().farAddress());
      assertThat(packets(enforcer, Direction.EGRESS, Reason.EGRESS)).isGreaterThanOrEqualTo(3);
      assertThat(enforcer.counters().counts())
          .filteredOn(count -> count.direction() == Direction.EGRESS)
          .extracting(Count::reason)
          .isSubsetOf(Reason.EGRESS, Reason.ARP, Reason.NEIGHBOUR);
    }
  }

  @Test
  void idle_ofTrafficOneWay_runsOut_andOfBothDoesNot() throws Exception {
    try (Enforcer enforcer = scene.open();
        DatagramSocket answering = udp(PORT);
        DatagramSocket silent = udp(SILENT_PORT)) {
      Duration limit = Duration.ofSeconds(3);
      enforcer.apply(
          GrantUpdate.adding(
              scene.grant(1, PORT).withIdleLimit(limit),
              scene.grant(2, SILENT_PORT).withIdleLimit(limit)));
      var packet = new DatagramPacket(new byte[10], 10);
      answering.setSoTimeout(5_000);
      long end = System.nanoTime() + Duration.ofMillis(4_200).toNanos();
      while (System.nanoTime() < end) {
        scene.veth().sendUdp(PORT);
        scene.veth().sendUdp(SILENT_PORT);
        answering.receive(packet);
        answering.send(packet);
        LockSupport.parkNanos(100_000_000);
      }
      assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.GRANT);
      assertThat(scene.reason(enforcer, SILENT_PORT)).isEqualTo(Reason.IDLE);
      assertThat(silent.getLocalPort()).isEqualTo(SILENT_PORT);
    }
  }

  private int index() throws Exception {
    return io.aegis.enforcer.xdp.internal.link.Interfaces.list().stream()
        .filter(device -> device.name().equals(scene.veth().near()))
        .findFirst()
        .orElseThrow()
        .index();
  }

  @Test
  void reopened_takesTheLinkOver_andDetachTakesItAway() throws Exception {
    scene.open().close();
    assertThat(BpfProg.egressPrograms(index())).hasSize(1);
    int before = BpfProg.egressPrograms(index()).getFirst();
    try (Enforcer enforcer = scene.open()) {
      assertThat(BpfProg.egressPrograms(index())).hasSize(1).doesNotContain(before);
      assertThat(enforcer.health().isGreen()).isTrue();
      enforcer.detach();
    }
    assertThat(BpfProg.egressPrograms(index())).isEmpty();
  }

  @Test
  void program_thatIsTakenOff_isPutBack_andPinned() {
    LinkPin pin;
    try (Enforcer enforcer = scene.open()) {
      pin = scene.pins().links().getFirst();
      Veth.run("bpftool", "link", "detach", "pinned", pin.egress().toString());
      Scene.await("another link is pinned", () -> isAttached(pin));
      assertThat(enforcer.health().isGreen()).isTrue();
    }
    assertThat(isAttached(pin)).as("without this process").isTrue();
  }

  /** Whether the pinned link for what leaves holds a program anywhere; one detached does not. */
  private static boolean isAttached(LinkPin pin) {
    try (XdpLink link = XdpLink.open(pin.egress())) {
      return link.info().interfaceIndex() != 0;
    } catch (Errno e) {
      return false; // it is pinned in this moment
    }
  }

  private EnforcerSettings withEgressRule() {
    EnforcerSettings base = Settings.of(scene.instance(), scene.veth().near());
    Prefix far = Prefix.of(IpAddress.parse(scene.veth().farAddress()));
    Prefix near = Prefix.of(IpAddress.parse(scene.veth().nearAddress()));
    var rule =
        new StaticRule(
            Direction.EGRESS, near, far, StaticRule.UDP, PortRange.ANY, PortRange.of(53), false);
    return new EnforcerSettings(
        base.instance(),
        base.interfaces(),
        List.of(rule),
        base.maxGrants(),
        base.clock(),
        base.options());
  }

  @Test
  void egressRule_letsOutWhatItNames() {
    try (Enforcer enforcer = scene.provider().open(withEgressRule())) {
      dialOut(scene.veth().farAddress());
      assertThat(packets(enforcer, Direction.EGRESS, Reason.STATIC)).isEqualTo(1);
      assertThat(packets(enforcer, Direction.EGRESS, Reason.EGRESS)).isGreaterThanOrEqualTo(2);
    }
  }

  /** Of none of these does the kernel make a packet that leaves, so none is tested as it is. */
  @Test
  void explain_leavingFramesThatAreCut_saysEgress() {
    for (EnforcementMode mode : EnforcementMode.values()) {
      var outside = new InterfaceSettings(scene.veth().near(), mode, false, Set.of());
      EnforcerSettings settings = Settings.of(scene.instance(), List.of(outside), List.of());
      try (Enforcer enforcer = scene.provider().open(settings)) {
        var refused = new Verdict(mode == EnforcementMode.AUDIT, Reason.EGRESS, null);
        for (byte[] whole : List.of(Examples.webReply(), Examples.web6Syn(), arp())) {
          for (int length = 14; length < 55; length++) {
            boolean isArp = whole.length == 42;
            if (!isArp || length < 42) {
              assertThat(leaving(enforcer, Arrays.copyOf(whole, Math.min(length, whole.length))))
                  .as("%s bytes, %s", length, mode)
                  .isEqualTo(refused);
            }
          }
        }
        assertThat(leaving(enforcer, arp())).isEqualTo(new Verdict(true, Reason.ARP, null));
        assertThatThrownBy(() -> leaving(enforcer, Arrays.copyOf(Examples.webReply(), 9_014)))
            .isInstanceOfSatisfying(
                EnforcerException.class,
                e -> assertThat(e.kind()).isEqualTo(EnforcerException.Kind.UNSUPPORTED))
            .hasMessageContaining("9014 bytes");
        assertThatThrownBy(() -> leaving(enforcer, new byte[13]))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private Verdict leaving(Enforcer enforcer, byte[] frame) {
    return enforcer.explain(Direction.EGRESS, scene.veth().near(), frame);
  }

  private static byte[] arp() {
    return Frames.ethernet(0x0806, new byte[28]);
  }

  /** What somebody from outside sees. */
  private Set<Direction> filtered() {
    try (EnforcerView view = scene.provider().inspect(scene.instance(), InstantSource.system())) {
      return view.filtered();
    }
  }

  /** As on Linux before 6.6. */
  @Test
  void kernelWithoutTcx_filtersOneDirection_andSaysSo() throws Exception {
    var older =
        new XdpEnforcerProvider(
            features -> new Features(features.hasBufferLength(), features.hasFragments(), false));
    EnforcerSettings settings = Settings.of(scene.instance(), scene.veth().near());
    try (Enforcer enforcer = older.open(settings)) {
      assertThat(enforcer.capabilities()).doesNotContain(Capability.EGRESS);
      assertThat(filtered()).containsExactly(Direction.INGRESS);
      assertThat(BpfProg.egressPrograms(index())).isEmpty();
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThatThrownBy(
              () -> enforcer.explain(Direction.EGRESS, scene.veth().near(), scene.frame(PORT)))
          .isInstanceOf(EnforcerException.class)
          .hasMessageContaining("Linux 6.6");
    }
    assertThatThrownBy(() -> older.open(withEgressRule()))
        .isInstanceOf(EnforcerException.class)
        .hasMessageContainingAll("Linux 6.6", "remove the egress rules");
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.capabilities()).contains(Capability.EGRESS);
      assertThat(filtered()).containsExactlyInAnyOrder(Direction.INGRESS, Direction.EGRESS);
      assertThat(BpfProg.egressPrograms(index())).hasSize(1);
    }
  }
}
