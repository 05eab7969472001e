package io.aegis.enforcer.xdp.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BootClockTest {

  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private final AtomicLong boot = new AtomicLong(1_000_000_000_000L);
  private final AtomicLong drift = new AtomicLong();
  private final KeptOffset offset = new KeptOffset();
  private final BootClock clock =
      new BootClock(() -> START.plusNanos(boot.get() + drift.get()), boot::get, offset);

  private static final class KeptOffset implements BootClock.Offset {
    private long nanos;
    private int stores;

    @Override
    public long load() {
      return nanos;
    }

    @Override
    public void store(long value) {
      nanos = value;
      stores++;
    }
  }

  @Test
  void toBootNanos_isAsFarAheadAsTheInstant() {
    assertThat(clock.toBootNanos(clock.now().plusSeconds(7)))
        .isEqualTo(boot.get() + 7_000_000_000L);
    assertThat(clock.toBootNanos(clock.now().minusSeconds(7)))
        .isEqualTo(boot.get() - 7_000_000_000L);
  }

  @Test
  void toBootNanos_farAway_staysInRange() {
    assertThat(clock.toBootNanos(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
    assertThat(clock.toBootNanos(Instant.MIN)).isZero();
    assertThat(clock.toBootNanos(Instant.EPOCH)).isZero();
    assertThat(clock.bootNanosAfter(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void toInstant_ofOneReading_isTheSameWheneverItIsTold() {
    long seen = boot.get();
    Instant first = clock.toInstant(seen);
    for (int i = 0; i < 20; i++) {
      boot.addAndGet(1_000_000_000L);
      drift.set(i * 40_000L);
      assertThat(clock.toInstant(seen)).isEqualTo(first);
    }
    assertThat(offset.stores).isEqualTo(1);
  }

  @Test
  void toInstant_afterTheWallClockWasSet_isToldAnew() {
    long seen = boot.get();
    Instant first = clock.toInstant(seen);
    drift.set(3_600_000_000_000L);

    assertThat(clock.toInstant(seen)).isEqualTo(first.plusSeconds(3600));
    // An expiry never uses what was kept.
    assertThat(clock.toBootNanos(clock.now())).isEqualTo(boot.get());
  }
}
