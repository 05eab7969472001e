package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Target;
import io.aegis.policy.Decision;
import io.aegis.policy.Obligation;
import io.aegis.server.audit.AuditLog;
import io.aegis.server.audit.AuditRecord;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.controller.Held.Span;
import io.aegis.server.identity.Session;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.DesiredGrant;
import io.aegis.server.sync.GrantChange;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The part of an activation that is one transaction: the decision, the activation, its grants, the
 * changes and the audit record, all or nothing. Safe for any number of threads.
 */
final class Opening {

  /** What came of it. */
  sealed interface Step {
    /**
     * It was refused, and that was recorded.
     *
     * @param why for the one who asked
     * @param changes what was over and is removed; mostly nothing
     */
    record Refused(String why, List<GrantChange> changes) implements Step {}

    /**
     * It is open, or being opened, by an activation that is there already.
     *
     * @param held the activation
     */
    record Standing(Held held) implements Step {}

    /**
     * It is recorded, and the gateways are to be told.
     *
     * @param held the activation
     * @param changes what to tell them: removals first
     */
    record Begun(Held held, List<GrantChange> changes) implements Step {}
  }

  /**
   * What is asked for.
   *
   * @param session who asks, as read in the transaction
   * @param serviceId for what
   * @param source from where
   */
  record Wish(Session session, long serviceId, IpAddress source) {

    /** Who asks, from where they ask now. */
    AuditRecord.Actor actor() {
      return new AuditRecord.Actor(session.user().id(), session.user().username(), source);
    }
  }

  private final CurrentPolicy policy;
  private final Decider decider;
  private final Ending ending;
  private final AuditLog audit;
  private final ControllerConfig config;
  private final InstantSource clock;
  private final ActivationStore activations = new ActivationStore();
  private final GrantStore grants = new GrantStore();
  private final GatewayStore gateways = new GatewayStore();

  @Inject
  Opening(
      CurrentPolicy policy,
      Decider decider,
      Ending ending,
      AuditLog audit,
      ControllerConfig config,
      InstantSource clock) {
    this.policy = policy;
    this.decider = decider;
    this.ending = ending;
    this.audit = audit;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Begins an activation, or finds that it stands.
   *
   * @param stands whether an activation that is there may stay as it is
   */
  Step begin(Transaction tx, Wish wish, Predicate<Held> stands) {
    Optional<String> gateway = gateways.owner(tx, wish.source());
    if (gateway.isPresent()) {
      String why = wish.source() + " is an address of gateway " + gateway.get() + " itself";
      return refuse(tx, wish, why, List.of());
    }
    List<Held> there = activations.from(tx, wish.serviceId(), wish.source());
    Optional<Held> before = there.stream().filter(held -> isOf(wish, held)).findFirst();
    if (before.isPresent() && stands.test(before.get())) {
      activations.askedAgain(tx, before.get().id(), wish.session().id(), now());
      return new Step.Standing(before.get());
    }
    var changes = new ArrayList<GrantChange>();
    before.ifPresent(held -> changes.addAll(end(tx, held, wish, "asked for anew")));
    List<Held> others = there.stream().filter(held -> !isOf(wish, held)).toList();
    Instant now = now();
    var place = new Decider.Place(wish.serviceId(), wish.source(), usersOf(others, now));
    Decision decision = decider.decide(policy.get(), wish.session(), place, now);
    return switch (decision) {
      case Decision.Deny deny -> refuse(tx, wish, deny.text(), changes);
      case Decision.Permit permit when !permit.grantExpiry(now).isAfter(now) ->
          refuse(tx, wish, "the permission ends at this moment", changes);
      case Decision.Permit permit -> {
        changes.addAll(fulfil(tx, wish, permit, others));
        yield open(tx, wish, permit, changes);
      }
    };
  }

  /** Grants are cut to milliseconds by whoever keeps them; here all times are from the start. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Set<Long> usersOf(List<Held> held, Instant now) {
    return held.stream()
        .filter(each -> each.span().hardExpiry().isAfter(now))
        .map(Held::userId)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isOf(Wish wish, Held held) {
    return held.userId() == wish.session().user().id();
  }

  private List<GrantChange> fulfil(
      Transaction tx, Wish wish, Decision.Permit permit, List<Held> others) {
    var changes = new ArrayList<GrantChange>();
    for (Obligation obligation : permit.obligations()) {
      switch (obligation) {
        case Obligation.TakeOver(Set<String> from) ->
            others.stream()
                .filter(held -> from.contains(Long.toString(held.userId())))
                .forEach(held -> changes.addAll(end(tx, held, wish, "taken over")));
      }
    }
    return changes;
  }

  private List<GrantChange> end(Transaction tx, Held held, Wish wish, String why) {
    return ending.end(tx, held, wish.actor(), Result.DONE, why);
  }

  private Step open(Transaction tx, Wish wish, Decision.Permit permit, List<GrantChange> changes) {
    Instant now = now();
    Instant hard = permit.grantExpiry(now).truncatedTo(ChronoUnit.MILLIS);
    var span = new Span(now, now, hard, permit.lifetime().idle());
    Session session = wish.session();
    long user = session.user().id();
    long id = activations.add(tx, user, session.id(), wish.serviceId(), wish.source(), span);
    var desired = new ArrayList<DesiredGrant>();
    for (Target target : permit.targets()) {
      Grant grant = grant(grants.nextId(tx), wish.source(), target, span, permit);
      desired.add(new DesiredGrant(grant, 1, policy.get().number(), now));
    }
    desired.forEach(each -> changes.add(grants.add(tx, id, each)));
    record(tx, wish, Result.DONE, "activation " + id + ": " + permit.text());
    Held held =
        new Held(id, user, session.id(), wish.serviceId(), wish.source(), false, span, desired);
    return new Step.Begun(held, changes);
  }

  private Grant grant(
      GrantId id, IpAddress client, Target target, Span span, Decision.Permit permit) {
    Instant soft = span.activatedAt().plus(config.softLifetime());
    return new Grant(
        id,
        client,
        target,
        span.hardExpiry(),
        soft.isBefore(span.hardExpiry()) ? soft : span.hardExpiry(),
        span.idleLimit(),
        EnforcementMode.ENFORCE,
        permit.lifetime().lease());
  }

  private Step refuse(Transaction tx, Wish wish, String why, List<GrantChange> changes) {
    record(tx, wish, Result.REFUSED, why);
    return new Step.Refused(why, changes);
  }

  private void record(Transaction tx, Wish wish, Result result, String detail) {
    audit.append(
        tx,
        new AuditRecord(
            clock.instant(),
            wish.actor(),
            "activation.begin",
            "service " + wish.serviceId(),
            result,
            detail));
  }
}
