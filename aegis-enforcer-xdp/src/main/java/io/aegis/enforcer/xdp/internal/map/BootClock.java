package io.aegis.enforcer.xdp.internal.map;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The only place where the control plane's clock and the kernel's boot clock meet. Thread-safe if
 * its two sources are.
 */
public final class BootClock {

  /** Beyond this, nanoseconds would not fit a long, and nobody would notice. */
  private static final Duration FAR = Duration.ofDays(36_500);

  private final InstantSource wall;
  private final LongSupplier boot;

  /**
   * Makes a clock.
   *
   * @param wall the clock on which expiries are meant
   * @param boot nanoseconds since boot, suspend included
   */
  public BootClock(InstantSource wall, LongSupplier boot) {
    this.wall = wall;
    this.boot = boot;
  }

  /**
   * Returns the boot time now.
   *
   * @return nanoseconds
   */
  public long bootNanos() {
    return boot.getAsLong();
  }

  /**
   * Returns the boot time after a duration from now.
   *
   * @param duration not negative
   * @return nanoseconds; the largest number for what lies centuries ahead
   */
  public long bootNanosAfter(Duration duration) {
    return duration.compareTo(FAR) > 0 ? Long.MAX_VALUE : boot.getAsLong() + duration.toNanos();
  }

  /**
   * Returns the time now.
   *
   * @return on the control plane's clock
   */
  public Instant now() {
    return wall.instant();
  }

  /**
   * Returns the boot time at which {@code instant} falls.
   *
   * @param instant on the control plane's clock
   * @return nanoseconds, never negative; the largest number for what lies centuries ahead
   */
  public long toBootNanos(Instant instant) {
    Duration ahead = Duration.between(wall.instant(), instant);
    if (ahead.compareTo(FAR) > 0) {
      return Long.MAX_VALUE;
    }
    if (ahead.compareTo(FAR.negated()) < 0) {
      return 0;
    }
    return Math.max(0, boot.getAsLong() + ahead.toNanos());
  }

  /**
   * Returns the instant at which a boot time fell.
   *
   * @param bootNanos nanoseconds since boot
   * @return on the control plane's clock
   */
  public Instant toInstant(long bootNanos) {
    return wall.instant().plusNanos(bootNanos - boot.getAsLong());
  }
}
