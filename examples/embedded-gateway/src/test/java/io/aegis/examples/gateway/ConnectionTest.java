package io.aegis.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Principal;
import io.aegis.policy.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A connection on real sockets. */
final class ConnectionTest {

  private static final int PATIENCE_MS = 30_000;

  private final StoryClock clock = new StoryClock(Instant.parse("2030-01-01T09:00:00Z"));

  /** Two sockets that are connected to each other. */
  private record Pair(Socket near, Socket far) {
    static Pair connected() throws IOException {
      try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort());
        near.setSoTimeout(PATIENCE_MS);
        return new Pair(near, listener.accept());
      }
    }
  }

  private Activation activation() {
    IpAddress address = IpAddress.parse("127.0.0.2");
    Principal alice = Principal.of("alice", Set.of(), Authentication.password(clock.instant()));
    var request =
        AccessRequest.of(
            alice,
            new Source(address, Assurance.IP),
            "web",
            clock.instant(),
            clock.instant().plus(Duration.ofHours(1)));
    Target target = Target.of(IpAddress.parse("127.0.0.1"), Protocol.TCP, 443);
    Instant end = clock.instant().plus(Duration.ofMinutes(1));
    return new Activation(request, List.of(Grant.until(new GrantId(1), address, target, end)));
  }

  @Test
  void forward_whileTheDecisionIsValid_bothWays() throws Exception {
    Pair client = Pair.connected();
    Pair service = Pair.connected();
    Thread forwarding = forward(client, service, activation());

    client.near().getOutputStream().write('?');
    assertThat(service.near().getInputStream().read()).isEqualTo('?');
    service.near().getOutputStream().write('!');
    assertThat(client.near().getInputStream().read()).isEqualTo('!');

    client.near().close();
    service.near().close();
    forwarding.join(Duration.ofMillis(PATIENCE_MS));
    assertThat(forwarding.isAlive()).isFalse();
  }

  @Test
  void forward_afterTheDecision_handsOnNothingThoughNobodyClosedIt() throws Exception {
    Pair client = Pair.connected();
    Pair service = Pair.connected();
    forward(client, service, activation());
    service.near().getOutputStream().write('1');
    assertThat(client.near().getInputStream().read()).isEqualTo('1');

    clock.advance(Duration.ofMinutes(1));
    service.near().getOutputStream().write('2');

    assertThat(client.near().getInputStream().read()).as("the end, and no 2").isEqualTo(-1);
    client.near().close();
    service.near().close();
  }

  @Test
  void forward_activationIsClosed_endsAtOnce() throws Exception {
    Pair client = Pair.connected();
    Pair service = Pair.connected();
    Activation activation = activation();
    Thread forwarding = forward(client, service, activation);
    service.near().getOutputStream().write('1');
    assertThat(client.near().getInputStream().read()).isEqualTo('1');

    assertThat(activation.close()).isEqualTo(1);

    forwarding.join(Duration.ofMillis(PATIENCE_MS));
    assertThat(forwarding.isAlive()).isFalse();
    assertThat(service.far().isClosed()).isTrue();
    assertThat(client.far().isClosed()).isTrue();
  }

  private Thread forward(Pair client, Pair service, Activation activation) {
    var connection = new Connection(client.far(), service.far(), activation, clock);
    return Thread.startVirtualThread(() -> {
      try {
        connection.forward();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }
}
