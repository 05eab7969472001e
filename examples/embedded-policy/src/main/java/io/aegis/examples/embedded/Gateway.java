package io.aegis.examples.embedded;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Decision;
import io.aegis.policy.Obligation;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Principal;
import io.aegis.policy.Source;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Opens services as the policy says, and closes them when it says otherwise. Not thread-safe: its
 * caller uses it from one thread.
 */
final class Gateway {

  /** A service that a principal has open: what was asked, and what was opened for it. */
  private record Activation(AccessRequest request, List<Grant> grants) {

    boolean isOf(String principalId, String serviceId) {
      return request.principal().id().equals(principalId) && request.serviceId().equals(serviceId);
    }

    boolean isOver(Instant now) {
      return grants.stream().noneMatch(grant -> now.isBefore(grant.hardExpiry()));
    }
  }

  private final Enforcer enforcer;
  private final InstantSource clock;
  private final List<Activation> activations = new ArrayList<>();
  private PolicyEngine engine;
  private long lastGrantId;

  Gateway(Policy policy, Enforcer enforcer, InstantSource clock) {
    this.engine = PolicyEngine.compile(policy);
    this.enforcer = enforcer;
    this.clock = clock;
  }

  /**
   * Opens a service if the policy permits it. When the principal has it open already, that ends:
   * the new source and the new session count.
   *
   * @return the decision; after a permit it is open
   * @throws IllegalStateException if the enforcer refused; then nothing is open
   */
  Decision open(Principal principal, Source source, String serviceId, Instant sessionEnd) {
    Instant now = clock.instant();
    closeAll(activation -> activation.isOver(now) || activation.isOf(principal.id(), serviceId));
    var others = holders(source, serviceId);
    var request = new AccessRequest(principal, source, serviceId, now, sessionEnd, others);
    Decision decision = engine.decide(request);
    switch (decision) {
      case Decision.Deny _ -> {}
      case Decision.Permit permit -> {
        permit.obligations().forEach(obligation -> fulfill(obligation, serviceId));
        enforce(request, permit);
      }
    }
    return decision;
  }

  /**
   * Closes a service.
   *
   * @return how many grants were in force until now
   */
  int close(String principalId, String serviceId) {
    return closeAll(activation -> activation.isOf(principalId, serviceId));
  }

  /**
   * Goes by another policy from now on, and closes what it does not permit as it is.
   *
   * @return how many grants were in force until now and are not any more
   */
  int policyChanged(Policy policy) {
    engine = PolicyEngine.compile(policy);
    return closeAll(activation -> !isStillPermitted(activation));
  }

  // A permit alone is not enough: it may be for another address or for less long, or ask for
  // something to be done first. What is open must be what would be opened.
  private boolean isStillPermitted(Activation activation) {
    AccessRequest request = activation.request();
    return switch (engine.decide(request.at(clock.instant()))) {
      case Decision.Deny _ -> false;
      case Decision.Permit permit when !permit.obligations().isEmpty() -> false;
      case Decision.Permit permit ->
          activation.grants().stream()
              .allMatch(grant ->
                  permit.targets().contains(grant.target())
                      && grant.equals(grant(grant.id(), request, permit, grant.target())));
    };
  }

  private Set<String> holders(Source source, String serviceId) {
    return activations.stream()
        .map(Activation::request)
        .filter(request -> request.serviceId().equals(serviceId))
        .filter(request -> request.source().address().equals(source.address()))
        .map(request -> request.principal().id())
        .collect(Collectors.toSet());
  }

  // The switch has no default: an obligation that this gateway does not know cannot be compiled,
  // let alone ignored.
  private void fulfill(Obligation obligation, String serviceId) {
    switch (obligation) {
      case Obligation.TakeOver(Set<String> principalIds) ->
          principalIds.forEach(principalId -> close(principalId, serviceId));
    }
  }

  private void enforce(AccessRequest request, Decision.Permit permit) {
    var grants = new ArrayList<Grant>();
    for (Target target : permit.targets()) {
      grants.add(grant(new GrantId(++lastGrantId), request, permit, target));
    }
    UpdateResult result = enforcer.apply(GrantUpdate.adding(grants.toArray(Grant[]::new)));
    var activation = new Activation(request, List.copyOf(grants));
    activations.add(activation);
    if (!result.failures().isEmpty()) {
      closeAll(activation::equals);
      throw new IllegalStateException("opening " + request.serviceId() + ": " + result.failures());
    }
  }

  private static Grant grant(
      GrantId id, AccessRequest request, Decision.Permit permit, Target target) {
    Instant expiry = permit.grantExpiry(request.now());
    Grant grant =
        Grant.until(id, request.source().address(), target, expiry)
            .withNeedsLease(permit.lifetime().lease());
    return permit.lifetime().idleLimit().map(grant::withIdleLimit).orElse(grant);
  }

  private int closeAll(Predicate<Activation> condition) {
    List<Activation> closing = activations.stream().filter(condition).toList();
    GrantId[] ids =
        closing.stream()
            .flatMap(activation -> activation.grants().stream())
            .map(Grant::id)
            .toArray(GrantId[]::new);
    UpdateResult result = enforcer.apply(GrantUpdate.removing(ids));
    if (!result.failures().isEmpty()) {
      throw new IllegalStateException("closing, which must not fail: " + result.failures());
    }
    activations.removeAll(closing);
    return ids.length;
  }
}
