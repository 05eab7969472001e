package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.sys.Capture;
import io.aegis.enforcer.xdp.internal.sys.Capture.Frame;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams that no frame holds, there and back. */
@Tag("kernel")
@Timeout(60)
class FragmentsIT {

  private static final int PORT = 7001;
  private static final int BYTES = 4_000;

  @RegisterExtension private final Scene scene = new Scene("agfrag");

  private String near(boolean isIpv6) {
    return isIpv6 ? scene.veth().nearAddress6() : scene.veth().nearAddress();
  }

  private Grant grant(boolean isIpv6, PortRange ports) {
    Prefix near = Prefix.of(IpAddress.parse(near(isIpv6)));
    return Grant.until(
        new GrantId(1),
        IpAddress.parse(isIpv6 ? scene.veth().farAddress6() : scene.veth().farAddress()),
        new Target(near, Protocol.UDP, ports),
        Instant.now().plusSeconds(60));
  }

  private static void echo(DatagramSocket socket) {
    Thread.ofVirtual()
        .start(() -> {
          var packet = new DatagramPacket(new byte[BYTES], BYTES);
          try {
            while (!socket.isClosed()) {
              socket.receive(packet);
              socket.send(packet);
            }
          } catch (IOException e) {
            assertThat(e).as("closed, as it was to be").isNotNull();
          }
        });
  }

  private static long dropped(Enforcer enforcer) {
    return enforcer.counters().counts().stream()
        .filter(count -> count.direction() == Direction.INGRESS)
        .filter(count -> count.reason() == Reason.FRAGMENT)
        .mapToLong(Count::packets)
        .sum();
  }

  private static List<Frame> fragments(Capture capture, boolean leaves) throws Exception {
    return capture.frames().stream()
        .filter(frame -> frame.leaves() == leaves && frame.isFragment())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fragments_ofAGrantForEveryPort_passBothWays_andOfOnePortNeither(boolean isIpv6)
      throws Exception {
    scene.veth().addIpv6();
    try (Enforcer enforcer = scene.open();
        Capture filtered = Capture.of(scene.veth().near());
        var socket = new DatagramSocket(new InetSocketAddress(near(isIpv6), PORT))) {
      echo(socket);
      enforcer.apply(GrantUpdate.adding(grant(isIpv6, PortRange.of(PORT))));
      assertThat(scene.veth().echoUdp(near(isIpv6), PORT, 100)).as("in one frame").isEqualTo(100);
      assertThat(scene.veth().echoUdp(near(isIpv6), PORT, BYTES)).as("in three").isZero();
      assertThat(dropped(enforcer)).isEqualTo(3);
      assertThat(fragments(filtered, false)).isEmpty();

      enforcer.apply(GrantUpdate.adding(grant(isIpv6, PortRange.ANY)));
      assertThat(scene.veth().echoUdp(near(isIpv6), PORT, BYTES)).isEqualTo(BYTES);
      assertThat(fragments(filtered, false)).as("asked").hasSize(3);
      assertThat(fragments(filtered, true)).as("answered").hasSize(3);
      assertThat(dropped(enforcer)).isEqualTo(3);
    }
  }
}
