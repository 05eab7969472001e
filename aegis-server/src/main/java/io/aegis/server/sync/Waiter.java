package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Somebody who waits for one gateway to enforce some changes. Guarded by the session's lock. */
final class Waiter {

  /**
   * What an agent said about a grant.
   *
   * @param revision the newest change it has answered
   * @param receipt its proof; null if it failed, or was in force already
   * @param error what went wrong; null if it is in force
   */
  record Answer(long revision, @Nullable Receipt receipt, @Nullable String error) {}

  private final Map<GrantId, Long> open = new HashMap<>();
  private final List<Receipt> receipts = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final CompletableFuture<Distribution.Outcome> future = new CompletableFuture<>();

  Waiter(List<GrantChange> changes) {
    changes.forEach(change -> open.merge(change.grantId(), change.revision(), Math::max));
  }

  CompletableFuture<Distribution.Outcome> future() {
    return future;
  }

  Map<GrantId, Long> open() {
    return Map.copyOf(open);
  }

  void answered(GrantId id, Answer answer) {
    Long needed = open.get(id);
    if (needed == null || answer.revision() < needed) {
      return;
    }
    open.remove(id);
    if (answer.receipt() != null) {
      receipts.add(answer.receipt());
    }
    if (answer.error() != null) {
      errors.add(answer.error());
    }
  }

  boolean isSettled() {
    return open.isEmpty() || future.isDone();
  }

  /** Wakes who waits; called without any lock, since it runs foreign code. */
  void complete() {
    future.complete(
        errors.isEmpty()
            ? new Distribution.Outcome.Enforced(receipts)
            : new Distribution.Outcome.Refused(String.join("; ", errors)));
  }
}
