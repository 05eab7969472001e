package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.policy.Decision;
import io.aegis.server.audit.AuditRecord.Actor;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.identity.AccessInputs;
import io.aegis.server.identity.Affected;
import io.aegis.server.identity.LiveSessions;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.StillOpen;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.GrantChange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Asks the policy again about activations whose inputs changed, and ends those that it no longer
 * permits as they are. It never adds anything: what becomes possible has to be asked for.
 */
final class Reevaluation implements AccessInputs {
  private final CurrentPolicy policy;
  private final Decider decider;
  private final LiveSessions sessions;
  private final Ending ending;
  private final Outbox outbox;
  private final InstantSource clock;
  private final ActivationStore activations = new ActivationStore();

  @Inject
  Reevaluation(
      CurrentPolicy policy,
      Decider decider,
      LiveSessions sessions,
      Ending ending,
      Outbox outbox,
      InstantSource clock) {
    this.policy = policy;
    this.decider = decider;
    this.sessions = sessions;
    this.ending = ending;
    this.outbox = outbox;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<Optional<StillOpen>> peopleChanged(Transaction tx, Affected affected) {
    return decideAgain(tx, policy.get(), affected);
  }

  @Override
  public CompletableFuture<Optional<StillOpen>> rulesChanged(Transaction tx, Affected affected) {
    return decideAgain(tx, policy.renew(tx), affected);
  }

  private CompletableFuture<Optional<StillOpen>> decideAgain(
      Transaction tx, CurrentPolicy.Version version, Affected affected) {
    var ended = new ArrayList<Held>();
    var removals = new ArrayList<GrantChange>();
    for (Held held : activations.affected(tx, affected)) {
      Optional<String> why = obstacle(tx, version, held);
      if (why.isPresent()) {
        ended.add(held);
        removals.addAll(ending.end(tx, held, Actor.CONTROLLER, Result.DONE, why.get()));
      }
    }
    return outbox.close(tx, ended, removals);
  }

  /** Says why an activation cannot stay as it is; empty if it can. */
  Optional<String> obstacle(Transaction tx, CurrentPolicy.Version version, Held held) {
    Optional<Session> session = sessions.byId(tx, held.sessionId());
    if (session.isEmpty()) {
      return Optional.of("the session ended");
    }
    Instant now = clock.instant();
    Decision decision = decider.decide(version, session.get(), place(tx, held, now), now);
    return switch (decision) {
      case Decision.Deny deny -> Optional.of("no longer permitted: " + deny.text());
      case Decision.Permit permit when !permit.obligations().isEmpty() ->
          Optional.of("somebody else holds the service from this address");
      case Decision.Permit permit -> difference(permit, held);
    };
  }

  private Decider.Place place(Transaction tx, Held held, Instant now) {
    Set<Long> holders = activations.usersAt(tx, held.serviceId(), held.source(), now);
    return new Decider.Place(held.serviceId(), held.source(), holders);
  }

  /** A permit for something else, or for less long, is none for what is in force. */
  private static Optional<String> difference(Decision.Permit permit, Held held) {
    var permitted = new HashSet<>(permit.targets());
    var inForce =
        held.grants().stream().map(each -> each.grant().target()).collect(Collectors.toSet());
    if (!permitted.equals(inForce)) {
      return Optional.of("the service is somewhere else now");
    }
    if (!Objects.equals(permit.lifetime().idle(), held.span().idleLimit())) {
      return Optional.of("the service has another idle limit now");
    }
    if (held.span().hardExpiry().isAfter(permit.grantExpiry(held.span().activatedAt()))) {
      return Optional.of("it may not last as long any more");
    }
    return Optional.empty();
  }
}
