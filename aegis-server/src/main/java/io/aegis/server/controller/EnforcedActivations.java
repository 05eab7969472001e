package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.policy.Service;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.controller.Opening.Step;
import io.aegis.server.controller.Opening.Wish;
import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.LiveSessions;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.StillOpen;
import io.aegis.server.store.Database;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.Distribution.Outcome;
import io.aegis.server.sync.GrantChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Activations that are not there until the gateways say so: first recorded, then handed out, then
 * confirmed or withdrawn.
 */
final class EnforcedActivations implements Activations {

  /** What a transaction left to be waited for, outside of it. */
  private record Opened(Step step, CompletableFuture<Map<String, Outcome>> outcomes) {}

  /** What both directions need. */
  record Parts(
      Database database,
      CurrentPolicy policy,
      LiveSessions sessions,
      Liveness liveness,
      Outbox outbox) {

    @Inject
    Parts {}
  }

  private final Parts parts;
  private final Opening opening;
  private final Confirmation confirmation;
  private final Ending ending;
  private final ActivationStore activations = new ActivationStore();

  @Inject
  EnforcedActivations(Parts parts, Opening opening, Confirmation confirmation, Ending ending) {
    this.parts = parts;
    this.opening = opening;
    this.confirmation = confirmation;
    this.ending = ending;
  }

  @Override
  public List<CatalogService> available(Session session) {
    Session live =
        parts.database().read(tx -> parts.sessions().require(tx, session, Action.USE_SERVICES));
    CurrentPolicy.Version policy = parts.policy().get();
    return policy.engine().whatCanReach(Decider.principal(live)).stream()
        .flatMap(reach -> find(policy, reach.service()).stream())
        .sorted(java.util.Comparator.comparingLong(CatalogService::id))
        .toList();
  }

  private static Optional<CatalogService> find(CurrentPolicy.Version policy, Service service) {
    return Optional.ofNullable(policy.services().get(Long.parseLong(service.id())));
  }

  @Override
  public List<Activation> selected(Session session) {
    List<Held> held =
        parts
            .database()
            .read(tx -> {
              Session live = parts.sessions().require(tx, session, Action.USE_SERVICES);
              return activations.ofUser(tx, live.user().id());
            });
    return held.stream().filter(Held::isConfirmed).flatMap(this::shown).toList();
  }

  /** An activation as it is shown; none if its service was deleted since it was read. */
  private Stream<Activation> shown(Held held) {
    @Nullable CatalogService service = parts.policy().get().services().get(held.serviceId());
    if (service == null) {
      return Stream.empty();
    }
    return Stream.of(
        new Activation(
            held.id(),
            service,
            held.source(),
            held.span().activatedAt(),
            held.span().updatedAt(),
            held.span().hardExpiry(),
            parts.liveness().timeLeft(held)));
  }

  @Override
  public Activation activate(Session session, long serviceId, IpAddress source) {
    Opened opened =
        parts
            .database()
            .write(tx -> {
              Session live = parts.sessions().require(tx, session, Action.USE_SERVICES);
              return begin(tx, new Wish(live, serviceId, source));
            });
    return switch (opened.step()) {
      case Step.Refused(String why, var _) -> throw new ControllerException(Kind.FORBIDDEN, why);
      case Step.Standing(Held held) -> {
        confirmation.join(held.id());
        yield show(held);
      }
      case Step.Begun(Held held, var _) -> {
        confirmation.await(held, opened.outcomes());
        yield show(held);
      }
    };
  }

  /** Whether an activation may stay as it is when it is asked for again. */
  private boolean stands(Held held) {
    return held.isConfirmed()
        ? parts.liveness().isCertainlyInForce(held)
        : confirmation.isOnItsWay(held.id());
  }

  private Opened begin(Transaction tx, Wish wish) {
    Step step = opening.begin(tx, wish, this::stands);
    return switch (step) {
      case Step.Refused(String _, var changes) ->
          new Opened(step, parts.outbox().send(tx, changes));
      case Step.Standing _ -> new Opened(step, CompletableFuture.completedFuture(Map.of()));
      case Step.Begun begun -> new Opened(step, confirmation.handOut(tx, begun));
    };
  }

  private Activation show(Held held) {
    return shown(held)
        .findFirst()
        .orElseThrow(() ->
            new ControllerException(
                Kind.FORBIDDEN, "the service was deleted while it was being opened"));
  }

  @Override
  public void deactivate(Session session, long serviceId) {
    Optional<StillOpen> open = parts.database().write(tx -> close(tx, session, serviceId)).join();
    if (open.isPresent()) {
      throw open.get().afterAll("recorded as closed");
    }
  }

  private CompletableFuture<Optional<StillOpen>> close(
      Transaction tx, Session session, long serviceId) {
    Session live = parts.sessions().require(tx, session, Action.USE_SERVICES);
    List<Held> held =
        activations.ofUser(tx, live.user().id()).stream()
            .filter(each -> each.serviceId() == serviceId)
            .toList();
    if (held.isEmpty()) {
      throw new ControllerException(Kind.NOT_FOUND, "service " + serviceId + " is not active");
    }
    var changes = new ArrayList<GrantChange>();
    for (Held each : held) {
      changes.addAll(ending.end(tx, each, live.actor(), Result.DONE, "asked for"));
    }
    return parts.outbox().close(tx, held, changes);
  }
}
