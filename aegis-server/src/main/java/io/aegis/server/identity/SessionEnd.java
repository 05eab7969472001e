package io.aegis.server.identity;

import io.aegis.server.store.Transaction;
import java.util.List;
import java.util.Optional;
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

  /**
   * Ends those that are there; completes when the connected gateways have closed them, with what is
   * still open.
   */
  CompletableFuture<Optional<StillOpen>> end(Transaction tx, List<Long> ids) {
    List<CompletableFuture<Optional<StillOpen>>> closed =
        ids.stream()
            .filter(id -> sessions.delete(tx, id))
            .map(id -> inputs.peopleChanged(tx, new Affected.OneSession(id)))
            .toList();
    return CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new))
        .thenApply(_ -> StillOpen.ofAll(closed.stream().map(CompletableFuture::join).toList()));
  }
}
