package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentClocksTest {

  private static final Instant LOCAL = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant CONTROLLER = Instant.parse("2026-01-01T01:00:00Z");

  @TempDir private Path directory;

  @Test
  void controllerClock_beforeTheFirstContact_isTheLocalOne() {
    assertThat(new ControllerClock(() -> LOCAL, () -> 0).instant()).isEqualTo(LOCAL);
  }

  @Test
  void controllerClock_afterwards_isFastByTheRoundTripAtMost() {
    var boot = new AtomicLong(1_000_000_000L);
    var clock = new ControllerClock(() -> LOCAL, boot::get);
    long asked = boot.get();
    // The answer, read somewhen in between, comes 40 ms later.
    boot.addAndGet(40_000_000);
    clock.learn(CONTROLLER, asked);
    assertThat(clock.instant()).isEqualTo(CONTROLLER.plusMillis(40));
    boot.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(clock.instant()).isEqualTo(CONTROLLER.plusMillis(40).plus(Duration.ofMinutes(10)));
  }

  @Test
  void bootClock_countsSleep() throws Exception {
    Path uptime = directory.resolve("uptime");
    Files.writeString(uptime, "100.00 50.00\n");
    var fine = new AtomicLong(7_000_000_000L);
    var clock = new BootClock(uptime, fine::get);
    assertThat(clock.getAsLong()).isEqualTo(100_000_000_000L);
    fine.addAndGet(5_000_000);
    assertThat(clock.getAsLong()).isEqualTo(100_005_000_000L);
    // Ten minutes asleep: the fine clock stood still.
    Files.writeString(uptime, "700.00 50.00\n");
    assertThat(clock.getAsLong()).isEqualTo(700_000_000_000L);
    fine.addAndGet(3_000_000);
    assertThat(clock.getAsLong()).isEqualTo(700_003_000_000L);
  }

  @Test
  void bootClock_withoutProc_isAnError() {
    assertThatThrownBy(() -> new BootClock(directory.resolve("none"), () -> 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is /proc mounted?");
  }

  @Test
  void bootClock_ofThisMachine_neverGoesBack() {
    var clock = new BootClock();
    long before = clock.getAsLong();
    for (int i = 0; i < 10_000; i++) {
      long now = clock.getAsLong();
      assertThat(now).isGreaterThanOrEqualTo(before);
      before = now;
    }
  }

  @Test
  void backoff_doublesUpToHalfAMinuteAndIsSpread() {
    var backoff = new Backoff(new Random(7));
    for (long whole : new long[] {500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
      assertThat(backoff.next().toMillis()).isBetween(whole / 2, whole);
    }
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(250L, 500L);
  }
}
