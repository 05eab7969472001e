package io.aegis.server.sync;

import io.aegis.api.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of an agent that went: it may come back having applied some of what was on its way,
 * whose acknowledgement was lost. Used once.
 *
 * @param epoch the epoch of it all
 * @param guards what it guarded
 * @param held what it had acknowledged
 * @param revision the revision it had acknowledged
 * @param unanswered what was on its way, oldest first
 */
record SessionMemory(
    long epoch, Set<Prefix> guards, HeldGrants held, long revision, List<Flight> unanswered) {

  /**
   * Finds what the agent has now.
   *
   * @param peer the agent as it returned
   * @param currentEpoch the epoch now
   * @return what it holds, or empty if that is none of the states it can have reached
   */
  Optional<HeldGrants> match(Peer peer, long currentEpoch) {
    if (epoch != currentEpoch || peer.appliedEpoch() != epoch || !guards.equals(peer.guards())) {
      return Optional.empty();
    }
    long reached = revision;
    if (matches(peer, reached)) {
      return Optional.of(held);
    }
    for (Flight flight : unanswered) {
      flight.land(held, Set.of());
      reached = Math.max(reached, flight.revision());
      if (matches(peer, reached)) {
        return Optional.of(held);
      }
    }
    return Optional.empty();
  }

  private boolean matches(Peer peer, long reached) {
    return peer.appliedRevision() == reached && peer.digest().equals(held.digest());
  }
}
