package io.aegis.server.sync;

import java.time.Duration;

/**
 * How often and how long, on the wire.
 *
 * @param lease how long a renewed lease lasts
 * @param leaseEvery how often it is renewed; an agent that says nothing for two of these may be
 *     replaced by another, and one that says nothing for a whole lease is taken for away
 * @param softLifetime how far ahead an agent may extend soft expiries while it hears from no
 *     controller; the controller itself sets them in desired state
 * @param extendEvery how long an agent waits before it does so, and how often; also how often what
 *     an agent refused is offered again
 * @param sealLifetime how long sealed bytes can be used to open something
 */
public record SyncTiming(
    Duration lease,
    Duration leaseEvery,
    Duration softLifetime,
    Duration extendEvery,
    Duration sealLifetime) {

  // Above DEFAULT, whose making needs it.
  private static final Duration LONGEST_SOFT_LIFETIME = Duration.ofMinutes(5);

  /** The timing of sync.md. */
  public static final SyncTiming DEFAULT =
      new SyncTiming(
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5));

  /**
   * Makes a timing.
   *
   * @throws IllegalArgumentException if a duration is not positive, a repetition is not shorter
   *     than half of what it renews, or the soft lifetime exceeds five minutes
   */
  public SyncTiming {
    requirePositive(lease, "lease");
    requirePositive(leaseEvery, "lease-every");
    requirePositive(softLifetime, "soft-lifetime");
    requirePositive(extendEvery, "extend-every");
    requirePositive(sealLifetime, "seal-lifetime");
    requireTwiceAsLong(lease, leaseEvery, "lease", "lease-every");
    requireTwiceAsLong(softLifetime, extendEvery, "soft-lifetime", "extend-every");
    if (softLifetime.compareTo(LONGEST_SOFT_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "soft-lifetime is at most 5 minutes, the longest that a lost revocation may live: "
              + softLifetime);
    }
  }

  private static void requirePositive(Duration duration, String name) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(name + " must be positive: " + duration);
    }
  }

  private static void requireTwiceAsLong(
      Duration lasting, Duration every, String lastingName, String everyName) {
    if (lasting.compareTo(every.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "%s (%s) must be at least twice %s (%s): one lost renewal must not end it"
              .formatted(lastingName, lasting, everyName, every));
    }
  }
}
