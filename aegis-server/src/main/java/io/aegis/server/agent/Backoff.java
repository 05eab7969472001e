package io.aegis.server.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before dialing again: 0.5 s, doubled at every failure up to 30 s, of which a
 * random part between the half and the whole is taken, so that agents do not return all at once.
 * Not thread-safe.
 */
final class Backoff {

  static final Duration LEAST = Duration.ofMillis(500);
  static final Duration MOST = Duration.ofSeconds(30);

  private final RandomGenerator random;
  private Duration next = LEAST;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  Duration next() {
    long whole = next.toMillis();
    Duration wait = Duration.ofMillis(random.nextLong(whole / 2, whole + 1));
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(MOST) < 0 ? doubled : MOST;
    return wait;
  }

  /** A controller has answered: the next failure is the first again. */
  void reset() {
    next = LEAST;
  }
}
