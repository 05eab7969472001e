package io.aegis.server.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The controller's clock, as well as it is known here. Before the first contact it is the local
 * wall clock; afterwards what the controller said plus the boot time that has passed, so that
 * neither a local clock set wrong nor a suspend moves an expiry.
 *
 * <p>The controller read its clock somewhen between our Hello and its Welcome. The earlier end is
 * taken, which makes this clock fast by at most the round trip, and expiries early: rounded against
 * the user.
 *
 * <p>Thread-safe.
 */
final class ControllerClock implements InstantSource {

  private record Reading(Instant controller, long bootNanos) {}

  private final InstantSource wall;
  private final LongSupplier bootNanos;
  private volatile @Nullable Reading reading;

  ControllerClock(InstantSource wall, LongSupplier bootNanos) {
    this.wall = wall;
    this.bootNanos = bootNanos;
  }

  @Override
  public Instant instant() {
    Reading last = reading;
    return last == null
        ? wall.instant()
        : last.controller().plusNanos(bootNanos.getAsLong() - last.bootNanos());
  }

  /** Whether a controller has told it; before, it is the local clock, which may be wrong. */
  boolean isHeard() {
    return reading != null;
  }

  /**
   * Takes a reading of the controller's clock.
   *
   * @param controller what it read
   * @param askedAtBootNanos when it was asked
   * @return how far this clock was moved
   */
  Duration learn(Instant controller, long askedAtBootNanos) {
    Instant before = instant();
    reading = new Reading(controller, askedAtBootNanos);
    return Duration.between(before, instant());
  }
}
