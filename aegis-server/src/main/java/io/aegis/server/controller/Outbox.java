package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.identity.StillOpen;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.Distribution;
import io.aegis.server.sync.Distribution.Outcome;
import io.aegis.server.sync.GrantChange;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands committed changes to the gateways, in commit order and not before. Safe for any number of
 * threads.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /**
   * A distribution that keeps its promise answers within the patience; this is for one that does
   * not.
   */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Distribution distribution;
  private final ControllerConfig config;

  @Inject
  Outbox(Distribution distribution, ControllerConfig config) {
    this.distribution = distribution;
    this.config = config;
  }

  /**
   * Has changes handed out when a transaction commits.
   *
   * @return completes with what became of them at each gateway that guards one; exceptionally only
   *     through a flaw of the distribution; never if the transaction is rolled back
   */
  CompletableFuture<Map<String, Outcome>> send(Transaction tx, List<GrantChange> changes) {
    if (changes.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    var outcomes = new CompletableFuture<Map<String, Outcome>>();
    tx.afterCommit(() -> hand(List.copyOf(changes), outcomes));
    return outcomes;
  }

  private void hand(List<GrantChange> changes, CompletableFuture<Map<String, Outcome>> outcomes) {
    try {
      CompletableFuture<Map<String, Outcome>> _ =
          distribution
              .committed(changes, config.patience())
              .orTimeout(config.patience().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
              .whenComplete((result, failure) -> settle(outcomes, result, failure));
    } catch (RuntimeException e) {
      outcomes.completeExceptionally(e);
      throw e; // logged by the database; the gateways get the change when they next ask
    }
  }

  private static void settle(
      CompletableFuture<Map<String, Outcome>> outcomes,
      @Nullable Map<String, Outcome> result,
      @Nullable Throwable failure) {
    if (result != null) {
      outcomes.complete(result);
    } else {
      outcomes.completeExceptionally(
          failure == null ? new IllegalStateException("no outcome") : failure);
    }
  }

  /**
   * Has removals handed out.
   *
   * @param ended the activations that they take away
   * @return completes, never exceptionally, when the connected gateways have answered or the
   *     patience with them is over: with what is still open then
   */
  CompletableFuture<Optional<StillOpen>> close(
      Transaction tx, List<Held> ended, List<GrantChange> removals) {
    return close(tx, ended, removals, Set.of());
  }

  /**
   * As {@link #close(Transaction, List, List)}, of what some gateways never got.
   *
   * @param never those gateways; while they are away, nothing is open there
   */
  CompletableFuture<Optional<StillOpen>> close(
      Transaction tx, List<Held> ended, List<GrantChange> removals, Set<String> never) {
    Optional<Instant> latest =
        ended.stream().map(held -> held.span().hardExpiry()).max(Instant::compareTo);
    return send(tx, removals)
        .handle((outcomes, failure) ->
            latest.flatMap(by -> stillOpen(without(never, outcomes), failure, by)));
  }

  private static @Nullable Map<String, Outcome> without(
      Set<String> never, @Nullable Map<String, Outcome> outcomes) {
    if (outcomes == null) {
      return null;
    }
    var left = new HashMap<>(outcomes);
    left.entrySet()
        .removeIf(each -> never.contains(each.getKey()) && each.getValue() instanceof Outcome.Away);
    return left;
  }

  private static Optional<StillOpen> stillOpen(
      @Nullable Map<String, Outcome> outcomes, @Nullable Throwable failure, Instant by) {
    List<String> where;
    if (outcomes == null) {
      LOG.error("event=distribution-failed", failure);
      where = List.of("the gateways could not be asked");
    } else {
      where = Verdicts.stillOpen(outcomes);
    }
    return where.isEmpty() ? Optional.empty() : Optional.of(new StillOpen(where, by));
  }

  /**
   * Has changes handed out of whose outcome nobody is told: extensions, and what time has ended.
   *
   * @return completes, never exceptionally, when the connected gateways have answered or the
   *     patience with them is over
   */
  CompletableFuture<Void> announce(Transaction tx, List<GrantChange> changes) {
    return send(tx, changes)
        .handle((outcomes, failure) -> {
          if (failure != null) {
            LOG.error("event=distribution-failed", failure);
          }
          return null;
        });
  }
}
