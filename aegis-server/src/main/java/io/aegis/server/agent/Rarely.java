package io.aegis.server.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets each kind of log line through once in ten seconds, so that whoever makes the agent log fills
 * no disk. Not thread-safe: the agent's thread owns it.
 */
final class Rarely {

  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final Map<String, Instant> last = new HashMap<>();

  Rarely(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Asks whether it is time for a line.
   *
   * @param event its kind, of which there are few
   */
  boolean is(String event) {
    Instant now = clock.instant();
    Instant before = last.get(event);
    // The clock is the controller's, which may be set back.
    boolean due = before == null || now.isBefore(before) || !now.isBefore(before.plus(PAUSE));
    if (due) {
      last.put(event, now);
    }
    return due;
  }
}
