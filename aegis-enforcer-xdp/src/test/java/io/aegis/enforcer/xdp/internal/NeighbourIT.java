package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Neighbour discovery by unicast: to the addresses of this host, and to no other. */
@Tag("kernel")
class NeighbourIT {

  private static final int UNFORWARDED = 255;
  private static final int[] DISCOVERY = {133, 135, 136};

  private final String instance = "agnb" + ProcessHandle.current().pid();
  private final XdpEnforcerProvider provider = new XdpEnforcerProvider();
  private int openBefore;
  private Veth veth;

  @BeforeEach
  void create() {
    openBefore = OwnedFd.openCount();
    veth = Veth.create();
    veth.addIpv6();
  }

  @AfterEach
  void nothingStays() {
    provider.detach(instance);
    veth.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  private Reason reason(Enforcer enforcer, int hopLimit, int type, String destination) {
    byte[] to = IpAddress.parse(destination).bytes();
    byte[] packet = Frames.ipv6(58, hopLimit, Frames.address(2), to, Frames.icmp(type, 0));
    return enforcer.explain(veth.near(), Frames.ipv6Frame(packet)).reason();
  }

  @Test
  void discovery_byUnicast_isAdmittedToOwnAddressesAlone() {
    try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()))) {
      for (int type : DISCOVERY) {
        assertThat(reason(enforcer, UNFORWARDED, type, veth.nearAddress6()))
            .isEqualTo(Reason.NEIGHBOUR);
        assertThat(reason(enforcer, UNFORWARDED - 1, type, veth.nearAddress6()))
            .isEqualTo(Reason.NO_GRANT);
        assertThat(reason(enforcer, UNFORWARDED, type, veth.farAddress6()))
            .isEqualTo(Reason.NO_GRANT);
      }
      assertThat(reason(enforcer, 1, 130, veth.nearAddress6())).isEqualTo(Reason.NO_GRANT);
      assertThat(reason(enforcer, UNFORWARDED, 134, veth.nearAddress6()))
          .isEqualTo(Reason.NO_GRANT);
    }
  }

  @Test
  void ownAddresses_thatComeAndGo_areKnownOnceHealthWasRead() {
    String later = veth.nearAddress6() + "1";
    try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()))) {
      Veth.run("ip", "address", "add", later + "/64", "dev", veth.near(), "nodad");
      assertThat(reason(enforcer, UNFORWARDED, 135, later)).isEqualTo(Reason.NO_GRANT);
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThat(reason(enforcer, UNFORWARDED, 135, later)).isEqualTo(Reason.NEIGHBOUR);

      Veth.run("ip", "address", "delete", later + "/64", "dev", veth.near());
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThat(reason(enforcer, UNFORWARDED, 135, later)).isEqualTo(Reason.NO_GRANT);
      assertThat(reason(enforcer, UNFORWARDED, 135, veth.nearAddress6()))
          .isEqualTo(Reason.NEIGHBOUR);
    }
  }

  /** The kernel solicits from its global address, so the answer comes to that one by unicast. */
  @Test
  void neighbour_thatThisHostAsksForFromItsGlobalAddress_isFound() throws Exception {
    try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()));
        var socket = new DatagramSocket(new InetSocketAddress(veth.nearAddress6(), 0))) {
      var to = new InetSocketAddress(veth.farAddress6(), 9);
      socket.send(new DatagramPacket(new byte[1], 1, to));

      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (!Veth.run("ip", "-6", "neighbour", "show", veth.farAddress6(), "dev", veth.near())
          .contains("REACHABLE")) {
        assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(enforcer.counters().packets(Reason.NEIGHBOUR)).isPositive();
    }
  }
}
