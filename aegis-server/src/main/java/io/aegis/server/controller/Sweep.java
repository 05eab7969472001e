package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.audit.AuditRecord.Actor;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.store.Database;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.DesiredGrant;
import io.aegis.server.sync.GrantChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The single chores of {@link Housekeeping} on activations. Each looks first and writes only if
 * there is something to do, and looks again inside the transaction. Safe for any number of threads.
 */
final class Sweep {

  /** What all chores need. */
  record Parts(
      Database database,
      CurrentPolicy policy,
      Reevaluation reevaluation,
      Liveness liveness,
      Confirmation confirmation,
      Outbox outbox) {

    @Inject
    Parts {}
  }

  private final Parts parts;
  private final Ending ending;
  private final ControllerConfig config;
  private final InstantSource clock;
  private final ActivationStore activations = new ActivationStore();
  private final GrantStore grants = new GrantStore();

  @Inject
  Sweep(Parts parts, Ending ending, ControllerConfig config, InstantSource clock) {
    this.parts = parts;
    this.ending = ending;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Ends activations whose time is over, that were idle too long, or whose source is a gateway's.
   */
  void endOver() {
    Instant now = clock.instant();
    var due = new LinkedHashMap<Long, String>();
    note(due, read(tx -> activations.overAt(tx, now)), "its time is over");
    note(due, read(activations::fromGateways), "its source is a gateway's own address");
    List<Held> idle =
        read(activations::withIdleLimit).stream().filter(parts.liveness()::isIdle).toList();
    note(due, idle, "idle");
    if (due.isEmpty()) {
      return;
    }
    CompletableFuture<Void> _ =
        parts.database().write(tx -> parts.outbox().announce(tx, end(tx, due)));
  }

  private List<Held> read(java.util.function.Function<Transaction, List<Held>> work) {
    return parts.database().read(work);
  }

  private static void note(Map<Long, String> due, List<Held> held, String why) {
    held.forEach(each -> due.putIfAbsent(each.id(), why));
  }

  private List<GrantChange> end(Transaction tx, Map<Long, String> due) {
    var changes = new ArrayList<GrantChange>();
    due.forEach((id, why) ->
        activations
            .byId(tx, id)
            .ifPresent(
                held -> changes.addAll(ending.end(tx, held, Actor.CONTROLLER, Result.DONE, why))));
    return changes;
  }

  /** Withdraws what was recorded and never confirmed, and nobody waits for any more. */
  void withdrawOrphans() {
    for (Held held : read(activations::unconfirmed)) {
      CompletableFuture<Void> _ =
          parts.database().write(tx -> parts.outbox().announce(tx, endOrphan(tx, held.id())));
    }
  }

  private List<GrantChange> endOrphan(Transaction tx, long id) {
    // Asked here, not before: whoever recorded it said so before this transaction could begin.
    if (parts.confirmation().isOnItsWay(id)) {
      return List.of();
    }
    return activations
        .byId(tx, id)
        .filter(held -> !held.isConfirmed())
        .map(held -> ending.end(tx, held, Actor.CONTROLLER, Result.FAILED, "nobody waits for it"))
        .orElse(List.of());
  }

  /**
   * Extends soft expiries in bulk while the decision holds; ends the activation where it does not.
   */
  void extend() {
    Duration rest = config.softLifetime().multipliedBy(3).dividedBy(5);
    Instant due = clock.instant().plus(rest);
    if (read(tx -> activations.toExtend(tx, due)).isEmpty()) {
      return;
    }
    CompletableFuture<Void> _ =
        parts.database().write(tx -> parts.outbox().announce(tx, extend(tx, due)));
  }

  private List<GrantChange> extend(Transaction tx, Instant due) {
    var removals = new ArrayList<GrantChange>();
    var extensions = new ArrayList<GrantChange>();
    for (Held held : activations.toExtend(tx, due)) {
      Optional<String> obstacle = parts.reevaluation().obstacle(tx, parts.policy().get(), held);
      if (obstacle.isPresent()) {
        removals.addAll(ending.end(tx, held, Actor.CONTROLLER, Result.DONE, obstacle.get()));
      } else {
        held.grants().forEach(each -> extensions.add(extended(tx, each)));
      }
    }
    removals.addAll(extensions);
    return removals;
  }

  private GrantChange extended(Transaction tx, DesiredGrant desired) {
    Instant hard = desired.grant().hardExpiry();
    Instant soft = clock.instant().plus(config.softLifetime());
    return grants.extend(tx, desired, soft.isBefore(hard) ? soft : hard);
  }

  /** Shortens the change log once it is a tenth longer than it has to be. */
  void forgetOldChanges() {
    long length = config.changeLogLength();
    if (parts.database().read(grants::logLength) > length + length / 10) {
      parts
          .database()
          .<Boolean>write(tx -> {
            grants.prune(tx, length);
            return true;
          });
    }
  }
}
