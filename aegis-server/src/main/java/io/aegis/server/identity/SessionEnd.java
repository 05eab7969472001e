package io.aegis.server.identity;

import io.aegis.server.store.Transaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Ends sessions together with everything that was activated in them. Safe for any number of
 * threads.
 */
final class SessionEnd {
  private final SessionStore sessions;
  private final AccessInputs inputs;

  SessionEnd(SessionStore sessions, AccessInputs inputs) {
    this.sessions = sessions;
    this.inputs = inputs;
  }

  /** Ends those that are there; completes when the connected gateways have closed them. */
  CompletableFuture<Void> end(Transaction tx, List<Long> ids) {
    var closed = new CompletableFuture<?>[ids.size()];
    for (int i = 0; i < closed.length; i++) {
      long id = ids.get(i);
      closed[i] =
          sessions.delete(tx, id)
              ? inputs.peopleChanged(tx, new Affected.OneSession(id))
              : CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.allOf(closed);
  }
}
