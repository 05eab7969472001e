package io.aegis.enforcer.xdp.internal.map;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The only place where the control plane's clock and the kernel's boot clock meet. Thread-safe if
 * its sources are.
 *
 * <p>A boot time that the kernel wrote is told as the same instant however often and by whomever it
 * is read: the offset between the clocks is kept with the state, and taken anew only when the
 * clocks have drifted apart. An expiry, in contrast, is always computed with the offset of the
 * moment.
 */
public final class BootClock {

  /** Beyond this, nanoseconds would not fit a long, and nobody would notice. */
  private static final Duration FAR = Duration.ofDays(36_500);

  private static final long TOLERANCE_NS = 1_000_000;
  private static final long GLANCE_NS = 50_000;
  private static final int TRIES = 10;

  /** Where the offset is kept: what the wall clock shows less what the boot clock shows, in ns. */
  public interface Offset {
    /**
     * Reads it.
     *
     * @return nanoseconds; 0 if it was never written
     */
    long load();

    /**
     * Writes it.
     *
     * @param nanos nanoseconds
     */
    void store(long nanos);
  }

  private final InstantSource wall;
  private final LongSupplier boot;
  private final Offset offset;

  /**
   * Makes a clock.
   *
   * @param wall the clock on which expiries are meant
   * @param boot nanoseconds since boot, suspend included
   * @param offset where the offset between them is kept
   */
  public BootClock(InstantSource wall, LongSupplier boot, Offset offset) {
    this.wall = wall;
    this.boot = boot;
    this.offset = offset;
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
    return moment().toBootNanos(instant);
  }

  /**
   * Reads both clocks, for an update that converts many expiries.
   *
   * @return now, on both
   */
  public Moment moment() {
    // The boot clock first: being held up in between makes what is computed sooner, never later.
    long bootNanos = boot.getAsLong();
    return new Moment(wall.instant(), bootNanos);
  }

  /**
   * One moment on both clocks.
   *
   * @param wall on the control plane's clock
   * @param bootNanos nanoseconds since boot
   */
  public record Moment(Instant wall, long bootNanos) {

    private static final long NANOS = 1_000_000_000L;

    /**
     * Returns the boot time at which {@code instant} falls.
     *
     * @param instant on the control plane's clock
     * @return nanoseconds, never negative; the largest number for what lies centuries ahead
     */
    public long toBootNanos(Instant instant) {
      long seconds = instant.getEpochSecond() - wall.getEpochSecond();
      if (seconds > FAR.toSeconds()) {
        return Long.MAX_VALUE;
      }
      if (seconds < -FAR.toSeconds()) {
        return 0;
      }
      long ahead = seconds * NANOS + instant.getNano() - wall.getNano();
      return Math.max(0, bootNanos + ahead);
    }
  }

  /**
   * Returns the instant at which a boot time fell.
   *
   * @param bootNanos nanoseconds since boot
   * @return on the control plane's clock, within a millisecond
   */
  public Instant toInstant(long bootNanos) {
    return calendar().toInstant(bootNanos);
  }

  /**
   * Compares the clocks once, for whoever has many boot times to tell.
   *
   * @return how to tell them
   */
  public Calendar calendar() {
    return new Calendar(steadyOffset());
  }

  /**
   * Tells boot times.
   *
   * @param offset what the wall clock shows less what the boot clock shows, in nanoseconds
   */
  public record Calendar(long offset) {

    /**
     * Returns the instant at which a boot time fell.
     *
     * @param bootNanos nanoseconds since boot
     * @return on the control plane's clock, within a millisecond
     */
    public Instant toInstant(long bootNanos) {
      long nanos = offset + bootNanos;
      return Instant.ofEpochSecond(
          Math.floorDiv(nanos, Moment.NANOS), Math.floorMod(nanos, Moment.NANOS));
    }
  }

  /** Writes the offset where it is kept, so that others who only read tell the same times. */
  public void keepOffset() {
    steadyOffset();
  }

  private long steadyOffset() {
    long now = currentOffset();
    long kept = offset.load();
    if (Math.abs(now - kept) <= TOLERANCE_NS) {
      return kept;
    }
    offset.store(now);
    return now;
  }

  // Two clocks are not read at once: a thread that is held up between them looks again.
  private long currentOffset() {
    long best = Long.MAX_VALUE;
    long result = 0;
    for (int i = 0; i < TRIES && best > GLANCE_NS; i++) {
      long before = boot.getAsLong();
      Instant now = wall.instant();
      long took = boot.getAsLong() - before;
      if (took < best) {
        best = took;
        result = ChronoUnit.NANOS.between(Instant.EPOCH, now) - before - took / 2;
      }
    }
    return result;
  }
}
