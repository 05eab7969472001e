package io.aegis.enforcer.xdp.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentBootTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong monotonic = new AtomicLong(-5 * SECOND);
  private final AtomicLong slept = new AtomicLong(100 * SECOND);
  private int measured;
  private final RecentBoot clock = new RecentBoot(this::boot, monotonic::get);

  private long boot() {
    measured++;
    return monotonic.get() + slept.get();
  }

  @Test
  void reading_isTheBootClock_butMeasuresOnceASecond() {
    for (int i = 0; i < 30; i++) {
      assertThat(clock.getAsLong()).isEqualTo(monotonic.get() + slept.get());
      monotonic.addAndGet(SECOND / 10);
    }
    assertThat(measured).isEqualTo(3);
  }

  @Test
  void reading_afterASleep_isEarlyForASecondAtMost_andNeverLate() {
    clock.getAsLong();
    slept.addAndGet(3600 * SECOND);
    monotonic.addAndGet(SECOND / 2);
    assertThat(clock.getAsLong()).isLessThan(monotonic.get() + slept.get());

    monotonic.addAndGet(SECOND / 2);
    assertThat(clock.getAsLong()).isEqualTo(monotonic.get() + slept.get());
  }
}
