package io.aegis.server.lab;

import java.time.Duration;

/**
 * How long grants live in a lab, short enough to watch them end.
 *
 * @param idle the idle limit of services
 * @param soft how far ahead soft expiries lie
 */
public record LabLimits(Duration idle, Duration soft) {
  /** What a server uses when nothing is configured. */
  public static final LabLimits ORDINARY =
      new LabLimits(Duration.ofSeconds(60), Duration.ofMinutes(5));
}
