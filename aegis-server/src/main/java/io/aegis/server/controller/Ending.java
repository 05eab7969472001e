package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.audit.AuditLog;
import io.aegis.server.audit.AuditRecord;
import io.aegis.server.audit.AuditRecord.Actor;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.DesiredGrant;
import io.aegis.server.sync.GrantChange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Ends activations: the one way in which grants are taken away. Safe for any number of threads. */
final class Ending {
  private final AuditLog audit;
  private final InstantSource clock;
  private final ActivationStore activations = new ActivationStore();
  private final GrantStore grants = new GrantStore();

  @Inject
  Ending(AuditLog audit, InstantSource clock) {
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Ends an activation.
   *
   * @param why for the audit log
   * @return the removals, to be handed to the gateways
   */
  List<GrantChange> end(Transaction tx, Held held, Actor actor, Result result, String why) {
    var changes = new ArrayList<GrantChange>();
    for (DesiredGrant each : held.grants()) {
      changes.add(grants.remove(tx, each.grant()));
    }
    activations.delete(tx, held.id());
    audit.append(
        tx,
        new AuditRecord(
            clock.instant(),
            actor,
            "activation.end",
            "activation " + held.id(),
            result,
            "user "
                + held.userId()
                + ", service "
                + held.serviceId()
                + ", from "
                + held.source()
                + ": "
                + why));
    return changes;
  }
}
