package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what the kernel holds from the agent before this one. Two things are removed at once:
 * what that one had noted as removed, though it died before it could say so to the kernel; and what
 * this gateway's own bounds do not allow any more.
 */
final class Adoption {

  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

  private final AgentParts parts;
  private final Envelope envelope;

  Adoption(AgentParts parts, Envelope envelope) {
    this.parts = parts;
    this.envelope = envelope;
  }

  void run() {
    List<GrantId> gone = new ArrayList<>();
    for (Grant held : parts.enforcer().grants()) {
      Optional<String> breach = breach(held);
      if (breach.isPresent()) {
        LOG.error("ALARM event=removed-at-start grant={} reason=\"{}\"", held.id(), breach.get());
        gone.add(held.id());
      } else if (isRemoved(held.id())) {
        LOG.warn("event=removed-at-start grant={} reason=\"it was removed before\"", held.id());
        gone.add(held.id());
      } else {
        parts.state().put(held, parts.ledger().version(held.id()));
      }
    }
    parts.removals().remove(gone);
  }

  // How long it lasts was judged when it came. Now the controller's clock is not known, and the
  // local one may be wrong.
  private Optional<String> breach(Grant held) {
    return envelope.breach(held, held.hardExpiry());
  }

  private boolean isRemoved(GrantId id) {
    Ledger.Entry entry = parts.ledger().get(id);
    return entry != null && entry.isTombstone();
  }
}
