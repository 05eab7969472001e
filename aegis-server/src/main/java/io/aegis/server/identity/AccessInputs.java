package io.aegis.server.identity;

import io.aegis.server.store.Transaction;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Hears of every edit that a decision may depend on, inside the transaction that makes it. Whoever
 * edits calls this after the last statement of the edit; what is no longer permitted is then gone
 * when the edit is. Safe for any number of threads, one transaction at a time.
 */
public interface AccessInputs {

  /**
   * Decides again what an edit of users or sessions may have changed.
   *
   * @param tx the transaction of the edit
   * @param affected whose access may have changed
   * @return completes, never exceptionally, once the connected gateways have closed what was taken
   *     away or the patience with them is over, with what is still open then; only after the
   *     transaction has been committed
   */
  CompletableFuture<Optional<StillOpen>> peopleChanged(Transaction tx, Affected affected);

  /**
   * Makes the policy anew from the database, and decides again what an edit of services, roles or
   * assignments may have changed.
   *
   * @param tx the transaction of the edit
   * @param affected whose access may have changed
   * @return as {@link #peopleChanged}
   */
  CompletableFuture<Optional<StillOpen>> rulesChanged(Transaction tx, Affected affected);
}
