package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.audit.AuditRecord.Actor;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.controller.Opening.Step.Begun;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.StillOpen;
import io.aegis.server.store.Database;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.Distribution;
import io.aegis.server.sync.Distribution.Outcome;
import io.aegis.server.sync.GrantChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows activations from their record to the gateways' answer: confirmed when it is in force,
 * withdrawn when it is not. Whoever asks for one that is on its way waits for the same answer. Safe
 * for any number of threads.
 */
final class Confirmation {
  private static final Logger LOG = LoggerFactory.getLogger(Confirmation.class);

  private final Database database;
  private final Outbox outbox;
  private final Distribution distribution;
  private final Ending ending;
  private final ActivationStore activations = new ActivationStore();
  private final Map<Long, CompletableFuture<Void>> onTheirWay = new ConcurrentHashMap<>();

  @Inject
  Confirmation(Database database, Outbox outbox, Distribution distribution, Ending ending) {
    this.database = database;
    this.outbox = outbox;
    this.distribution = distribution;
    this.ending = ending;
  }

  /** Has an activation handed out when its transaction commits; {@link #await} must follow. */
  CompletableFuture<Map<String, Outcome>> handOut(Transaction tx, Begun begun) {
    tx.afterCommit(() -> onTheirWay.put(begun.held().id(), new CompletableFuture<>()));
    return outbox.send(tx, begun.changes());
  }

  /** Whether somebody is waiting for the gateways' answer to it. */
  boolean isOnItsWay(long activationId) {
    return onTheirWay.containsKey(activationId);
  }

  /**
   * Waits for the gateways, then confirms or withdraws.
   *
   * @throws ControllerException {@code UNAVAILABLE} if it did not come into force; {@code
   *     FORBIDDEN} if it was ended meanwhile. Nothing of it stays open but what the first names,
   *     with {@link ControllerException#closesBy()}.
   */
  void await(Held held, CompletableFuture<Map<String, Outcome>> outcomes) {
    @Nullable RuntimeException failure = null;
    try {
      settle(held, outcomes);
    } catch (RuntimeException e) {
      failure = e;
    }
    CompletableFuture<Void> answer = onTheirWay.remove(held.id());
    if (failure == null) {
      if (answer != null) {
        answer.complete(null);
      }
      return;
    }
    if (answer != null) {
      answer.completeExceptionally(failure);
    }
    throw failure;
  }

  /** Waits for the answer that another request is waiting for, if there is one. */
  void join(long activationId) {
    CompletableFuture<Void> answer = onTheirWay.get(activationId);
    if (answer == null) {
      return;
    }
    try {
      answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ControllerException refusal ? refusal : e;
    }
  }

  private void settle(Held held, CompletableFuture<Map<String, Outcome>> outcomes) {
    Optional<String> failure = failure(held, outcomes);
    if (failure.isPresent()) {
      String notOpened = "not opened: " + failure.get();
      Optional<StillOpen> open = withdraw(held.id(), failure.get(), away(outcomes));
      throw open.map(each -> each.afterAll(notOpened + "; withdrawn"))
          .orElseGet(
              () -> new ControllerException(Kind.UNAVAILABLE, notOpened + "; try again later"));
    }
    if (!database.<Boolean>write(tx -> activations.confirm(tx, held.id()))) {
      throw new ControllerException(
          Kind.FORBIDDEN, "closed again while it was being opened: the permission ended");
    }
  }

  private Optional<String> failure(Held held, CompletableFuture<Map<String, Outcome>> outcomes) {
    try {
      var targets = held.grants().stream().map(each -> each.grant().target()).toList();
      return Verdicts.failure(outcomes.join(), targets, distribution::guarding);
    } catch (CompletionException e) {
      LOG.error("event=distribution-failed activation={}", held.id(), e);
      return Optional.of("the gateways could not be asked");
    }
  }

  /** The gateways that cannot have got it. */
  private static Set<String> away(CompletableFuture<Map<String, Outcome>> outcomes) {
    return outcomes.isCompletedExceptionally()
        ? Set.of()
        : outcomes.join().entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Outcome.Away)
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<StillOpen> withdraw(long activationId, String why, Set<String> never) {
    CompletableFuture<Optional<StillOpen>> closed =
        database.write(tx -> {
          List<Held> ended = activations.byId(tx, activationId).stream().toList();
          var changes = new ArrayList<GrantChange>();
          ended.forEach(
              held -> changes.addAll(ending.end(tx, held, Actor.CONTROLLER, Result.FAILED, why)));
          return outbox.close(tx, ended, changes, never);
        });
    return closed.join();
  }
}
