package io.aegis.enforcer.xdp.internal.map;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The boot clock without a system call for each reading: the monotonic clock, plus how much the
 * boot clock is ahead of it, which is measured anew once a second. Thread-safe.
 *
 * <p>The boot clock runs ahead only while the machine sleeps. For a second after it woke up a
 * reading may be early by the time it slept; an expiry computed from it is as much too soon.
 */
public final class RecentBoot implements LongSupplier {

  private static final long BELIEVED_NS = 1_000_000_000L;

  private final LongSupplier boot;
  private final LongSupplier monotonic;
  private volatile @Nullable Measured measured;

  private record Measured(long monotonicNanos, long ahead) {}

  /**
   * Makes a clock.
   *
   * @param boot nanoseconds since boot, suspend included
   * @param monotonic nanoseconds that stand still during suspend; cheap to read
   */
  public RecentBoot(LongSupplier boot, LongSupplier monotonic) {
    this.boot = boot;
    this.monotonic = monotonic;
  }

  @Override
  public long getAsLong() {
    long now = monotonic.getAsLong();
    Measured last = measured;
    if (last == null || now - last.monotonicNanos() >= BELIEVED_NS) {
      // The boot clock first: what passes in between makes a reading early, never late.
      long bootNanos = boot.getAsLong();
      now = monotonic.getAsLong();
      last = new Measured(now, bootNanos - now);
      measured = last;
    }
    return now + last.ahead();
  }
}
