package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long a grant for a service may live once it is made.
 *
 * @param hard the longest life, more than zero and at most {@link #LONGEST}; traffic does not
 *     extend it
 * @param idle the time without traffic after which it ends, at least {@link
 *     Grant#LEAST_IDLE_LIMIT}; null for no limit
 * @param lease whether it also ends when the enforcer loses touch with the control plane
 */
public record Lifetime(Duration hard, @Nullable Duration idle, boolean lease) {

  /** The longest hard limit. A grant is short-lived; what must stand for a year is no grant. */
  public static final Duration LONGEST = Duration.ofDays(365);

  /**
   * Makes a lifetime.
   *
   * @throws IllegalArgumentException if a limit is out of its range
   */
  public Lifetime {
    requireNonNull(hard, "hard");
    if (!hard.isPositive() || hard.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a hard limit is more than zero and at most " + LONGEST.toDays() + " days: " + hard);
    }
    if (idle != null && idle.compareTo(Grant.LEAST_IDLE_LIMIT) < 0) {
      throw new IllegalArgumentException(
          "an idle limit is at least " + Grant.LEAST_IDLE_LIMIT.toSeconds() + " s: " + idle);
    }
  }

  /**
   * Returns a lifetime with a hard limit alone.
   *
   * @param hard more than zero and at most {@link #LONGEST}
   * @return no idle limit, no lease
   * @throws IllegalArgumentException if it is out of range
   */
  public static Lifetime ofHard(Duration hard) {
    return new Lifetime(hard, null, false);
  }

  /**
   * Returns the idle limit, if there is one.
   *
   * @return the limit
   */
  public Optional<Duration> idleLimit() {
    return Optional.ofNullable(idle);
  }
}
