package io.aegis.examples.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that is set by hand, so that the story is the same on every day. */
final class StoryClock implements InstantSource {

  private volatile Instant now;

  StoryClock(Instant start) {
    this.now = start;
  }

  void advance(Duration duration) {
    now = now.plus(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
