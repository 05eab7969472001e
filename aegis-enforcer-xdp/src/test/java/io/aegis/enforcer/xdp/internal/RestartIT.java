package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What real packets meet while the process that enforces dies, is absent, and comes back. */
@Tag("kernel")
class RestartIT {

  private static final int GRANTED = 7001;
  private static final int FORBIDDEN = 7002;

  @RegisterExtension final Scene scene = new Scene("agr");

  private Process holdOpen(int seconds) throws IOException {
    Process process =
        scene.start(
            HoldOpen.class,
            scene.instance(),
            scene.veth().near(),
            scene.veth().farAddress(),
            scene.veth().nearAddress(),
            Integer.toString(GRANTED),
            Integer.toString(seconds));
    assertThat(Scene.linesOf(process).readLine()).isEqualTo(HoldOpen.READY);
    return process;
  }

  private UdpListener listener(int port) throws IOException {
    return new UdpListener(scene.veth(), port);
  }

  @Test
  void killed_whatWasOpenStaysOpen_nothingElseOpens_andTheNextTakesOver() throws Exception {
    Scene.kill(holdOpen(60));
    try (var granted = listener(GRANTED);
        var forbidden = listener(FORBIDDEN)) {
      scene.veth().sendUdp(FORBIDDEN);
      scene.veth().sendUdp(GRANTED);
      granted.awaitCount(1);
      assertThat(granted.count()).isEqualTo(1);
      assertThat(forbidden.count()).isZero();

      try (Enforcer enforcer = scene.open()) {
        assertThat(enforcer.grants()).extracting(Grant::id).containsExactly(new GrantId(1));
        assertThat(Objects.requireNonNull(enforcer.activity().get(new GrantId(1))).packets())
            .isEqualTo(1);
        assertThat(enforcer.counters().packets(Reason.NO_GRANT)).isPositive();
        assertThat(enforcer.health().isGreen()).isTrue();
        enforcer.apply(GrantUpdate.removing(new GrantId(1)));
        scene.veth().sendUdp(GRANTED);
        assertThat(granted.count()).isEqualTo(1);
      }
    }
  }

  @Test
  void killed_whatWasOpenClosesAtItsExpiry() throws Exception {
    Process process = holdOpen(2);
    Instant expiry = Instant.now().plusSeconds(2);
    Scene.kill(process);
    try (var view = scene.provider().inspect(scene.instance(), Instant::now);
        var granted = listener(GRANTED)) {
      scene.veth().sendUdp(GRANTED);
      granted.awaitCount(1);
      assertThat(granted.count()).isEqualTo(1);
      while (view.counters().packets(Reason.EXPIRED) == 0) {
        assertThat(Instant.now()).isBefore(expiry.plusSeconds(5));
        scene.veth().sendUdp(GRANTED);
      }
      assertThat(Instant.now()).isAfter(expiry.minusSeconds(1));
      int before = granted.count();
      scene.veth().sendUdp(GRANTED);
      assertThat(granted.count()).isEqualTo(before);
    }
  }

  @Test
  void restarts_underLoad_letNothingForbiddenThrough_andLoseNothingGranted() throws Exception {
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, GRANTED)));
    }
    try (var granted = listener(GRANTED);
        var forbidden = listener(FORBIDDEN)) {
      Process load = scene.sendUdpUntilEnd(GRANTED, FORBIDDEN);
      granted.awaitCount(1);
      for (int restart = 0; restart < 5; restart++) {
        int before = granted.count();
        try (Enforcer enforcer = scene.open()) {
          assertThat(enforcer.health().isGreen()).isTrue();
        }
        granted.awaitCount(before + 1);
      }
      load.getOutputStream().close();
      String sent = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int packets = Integer.parseInt(sent.strip());
      granted.awaitCount(packets);

      assertThat(forbidden.count()).isZero();
      assertThat(granted.count()).isEqualTo(packets).isGreaterThan(100);
    }
  }
}
