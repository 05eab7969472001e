package io.aegis.server.agent;

import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.Welcome;
import java.time.Duration;

/**
 * What a controller has granted with its Welcome, within what any controller may: without bounds
 * one that is mistaken, or somebody else's, could keep the agent waiting for it for ever.
 *
 * @param lease after how long without a message the controller is given up, and the longest lease
 * @param softLifetime how far ahead the agent may set soft expiries by itself
 * @param extendEvery how long it waits before it does so, and how often
 */
record SessionTerms(Duration lease, Duration softLifetime, Duration extendEvery) {

  /** Those of a controller that has not said anything yet. */
  static final SessionTerms DEFAULT =
      new SessionTerms(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(60));

  private static final Duration LEAST = Duration.ofSeconds(1);

  /** The longest lease that an agent takes. */
  static final Duration MOST = Duration.ofMinutes(5);

  /**
   * Reads a Welcome.
   *
   * @throws io.aegis.wire.WireException if a duration is none
   */
  static SessionTerms of(Welcome welcome) {
    return new SessionTerms(
        bounded(welcome.getLease()),
        bounded(welcome.getSoftLifetime()),
        bounded(welcome.getExtendEvery()));
  }

  private static Duration bounded(com.google.protobuf.Duration message) {
    Duration asked = WireCodec.decode(message);
    Duration atMost = asked.compareTo(MOST) < 0 ? asked : MOST;
    return atMost.compareTo(LEAST) > 0 ? atMost : LEAST;
  }
}
