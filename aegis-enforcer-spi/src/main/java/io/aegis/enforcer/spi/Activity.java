package io.aegis.enforcer.spi;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one grant has seen.
 *
 * @param packets how many packets it admitted
 * @param bytes their length, from the Ethernet header on, without checksum
 * @param lastAdmittedAt when the last one passed, at most a second too early; null if none did
 */
public record Activity(long packets, long bytes, @Nullable Instant lastAdmittedAt) {

  /** Nothing yet. */
  public static final Activity NONE = new Activity(0, 0, null);

  /**
   * Makes an activity.
   *
   * @throws IllegalArgumentException if a count is negative
   */
  public Activity {
    if (packets < 0 || bytes < 0) {
      throw new IllegalArgumentException("counts are not negative: " + packets + ", " + bytes);
    }
  }

  /**
   * Returns when the last packet passed.
   *
   * @return the time, or empty if none did
   */
  public Optional<Instant> lastAdmitted() {
    return Optional.ofNullable(lastAdmittedAt);
  }
}
