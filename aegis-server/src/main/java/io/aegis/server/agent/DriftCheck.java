package io.aegis.server.agent;

import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.wire.v1.AgentMessage;
import java.io.IOException;
import java.util.List;
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
  Optional<AgentMessage> run() throws IOException {
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
    if (!drift.unknown().isEmpty()) {
      var _ = parts.enforcer().apply(new GrantUpdate(drift.unknown(), List.of(), List.of()));
    }
    String message =
        "drift: %d unknown, %d missing, %d different"
            .formatted(drift.unknown().size(), drift.missing().size(), drift.different().size());
    return Optional.of(parts.answers().nack(0, message));
  }
}
