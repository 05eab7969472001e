package io.aegis.server.agent;

import io.aegis.wire.v1.AgentMessage;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the kernel with what should be in force; what nobody asked for is removed at once. Not
 * thread-safe: the agent's thread owns it.
 */
final class DriftCheck {

  private static final Logger LOG = LoggerFactory.getLogger(DriftCheck.class);

  private final AgentParts parts;

  DriftCheck(AgentParts parts) {
    this.parts = parts;
  }

  /**
   * Compares.
   *
   * @return what to tell the controller; empty if nothing differs
   */
  Optional<AgentMessage> run() {
    parts.applier().noteEnded();
    AppliedState.Drift drift =
        parts.state().drift(parts.enforcer().grants(), parts.clock().instant());
    if (drift.isNone()) {
      return Optional.empty();
    }
    LOG.error(
        "ALARM event=drift unknown={} missing={} different={}",
        drift.unknown(),
        drift.missing(),
        drift.different());
    parts.removals().remove(drift.unknown());
    String message =
        "drift: %d unknown, %d missing, %d different"
            .formatted(drift.unknown().size(), drift.missing().size(), drift.different().size());
    return Optional.of(parts.answers().nack(0, message));
  }
}
