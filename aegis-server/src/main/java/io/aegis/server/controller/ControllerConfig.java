package io.aegis.server.controller;

import java.time.Duration;

/**
 * How the controller treats activations.
 *
 * @param patience how long a request waits for the gateways that are connected, 100 ms to 1 min
 * @param softLifetime how long a grant lives without being extended, 10 s to 5 min
 * @param activitySlack how much later than in the kernel an idle activation may end here, since
 *     gateways report what they see now and then, 0 to 5 min
 * @param housekeepingInterval how often it is looked for what is over, 100 ms to 1 min
 * @param changeLogLength how many revisions are kept for gateways that return; 1,000 to 10 million
 */
public record ControllerConfig(
    Duration patience,
    Duration softLifetime,
    Duration activitySlack,
    Duration housekeepingInterval,
    long changeLogLength) {

  /** The default of {@link #patience}, which version 1 of the API promises. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(3);

  /** The default of {@link #softLifetime}, and its greatest value. */
  public static final Duration DEFAULT_SOFT_LIFETIME = Duration.ofMinutes(5);

  /** The default of {@link #activitySlack}. */
  public static final Duration DEFAULT_ACTIVITY_SLACK = Duration.ofSeconds(10);

  /** The default of {@link #housekeepingInterval}. */
  public static final Duration DEFAULT_HOUSEKEEPING_INTERVAL = Duration.ofSeconds(1);

  /** The default of {@link #changeLogLength}. */
  public static final long DEFAULT_CHANGE_LOG_LENGTH = 100_000;

  /**
   * Makes a configuration.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public ControllerConfig {
    require("patience", patience, Duration.ofMillis(100), Duration.ofMinutes(1));
    require("soft lifetime", softLifetime, Duration.ofSeconds(10), DEFAULT_SOFT_LIFETIME);
    require("activity slack", activitySlack, Duration.ZERO, Duration.ofMinutes(5));
    require(
        "housekeeping interval",
        housekeepingInterval,
        Duration.ofMillis(100),
        Duration.ofMinutes(1));
    if (changeLogLength < 1_000 || changeLogLength > 10_000_000) {
      throw new IllegalArgumentException(
          "change log length must be 1000 to 10000000: " + changeLogLength);
    }
  }

  /**
   * Returns the defaults.
   *
   * @return a configuration
   */
  public static ControllerConfig defaults() {
    return new ControllerConfig(
        DEFAULT_PATIENCE,
        DEFAULT_SOFT_LIFETIME,
        DEFAULT_ACTIVITY_SLACK,
        DEFAULT_HOUSEKEEPING_INTERVAL,
        DEFAULT_CHANGE_LOG_LENGTH);
  }

  private static void require(String what, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          what + " must be " + least.toMillis() + " to " + most.toMillis() + " ms: " + value);
    }
  }
}
