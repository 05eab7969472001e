package io.aegis.examples.gateway;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Opens services as the policy says, and closes them when it says otherwise, connections included.
 * Nothing else in this program decides who may reach what. Any number of threads may use it.
 */
final class Gateway {

  /**
   * What came to an end.
   *
   * @param grants how many grants were in force until then
   * @param connections how many connections were alive until then
   */
  record Closed(int grants, int connections) {
    /** Returns for example {@code 1 grant and its connections}. */
    @Override
    public String toString() {
      return grants == 1 ? "1 grant and its connections" : grants + " grants";
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
  synchronized Decision open(
      Principal principal, Source source, String serviceId, Instant sessionEnd) {
    Instant now = clock.instant();
    closeAll(activation -> !activation.isLiveAt(now) || activation.isOf(principal.id(), serviceId));
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
   * @return what ended
   */
  synchronized Closed close(String principalId, String serviceId) {
    return closeAll(activation -> activation.isOf(principalId, serviceId));
  }

  /**
   * Closes everything that a principal has open.
   *
   * @return what ended
   */
  synchronized Closed logOut(String principalId) {
    return closeAll(activation -> activation.request().principal().id().equals(principalId));
  }

  /**
   * Returns what a source has open.
   *
   * @return nothing if it has not, or not any more
   */
  synchronized Optional<Activation> find(IpAddress address, String serviceId) {
    Instant now = clock.instant();
    return activations.stream()
        .filter(activation -> activation.isFrom(address, serviceId) && activation.isLiveAt(now))
        .findFirst();
  }

  /** Returns the policy in force. */
  synchronized Policy policy() {
    return engine.policy();
  }

  /**
   * Goes by another policy from now on, and closes what it does not permit as it is.
   *
   * @return what ended
   */
  synchronized Closed policyChanged(Policy policy) {
    engine = PolicyEngine.compile(policy);
    return closeAll(activation -> !isStillPermitted(activation));
  }

  /**
   * Asks again for whatever came to the end of its decision, and closes what is not permitted any
   * longer.
   *
   * @return what ended
   */
  synchronized Closed askAgain() {
    Instant now = clock.instant();
    return closeAll(activation -> !activation.isLiveAt(now) && !isRenewed(activation, now));
  }

  /**
   * Returns when the next decision ends.
   *
   * @return an instant that may have passed; nothing if nothing is open
   */
  synchronized Optional<Instant> nextEnd() {
    return activations.stream().map(Activation::end).min(Comparator.naturalOrder());
  }

  // The lifetime of the service counts from when it was opened first, so that renewing ends.
  private boolean isRenewed(Activation activation, Instant now) {
    AccessRequest first = activation.request();
    if (!(engine.decide(first.at(now)) instanceof Decision.Permit permit)
        || !permit.obligations().isEmpty()
        || !permit.grantExpiry(first.now()).isAfter(now)) {
      return false;
    }
    List<Grant> longer =
        activation.grants().stream()
            .filter(grant -> permit.targets().contains(grant.target()))
            .map(grant -> grant(grant.id(), first, permit, grant.target()))
            .toList();
    if (longer.size() < activation.grants().size()
        || !enforcer.apply(GrantUpdate.adding(longer.toArray(Grant[]::new))).failures().isEmpty()) {
      return false;
    }
    activation.renew(longer);
    return true;
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
    var activation = new Activation(request, grants);
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

  private Closed closeAll(Predicate<Activation> condition) {
    List<Activation> closing = activations.stream().filter(condition).toList();
    GrantId[] ids =
        closing.stream()
            .flatMap(activation -> activation.grants().stream())
            .map(Grant::id)
            .toArray(GrantId[]::new);
    int connections = closing.stream().mapToInt(Activation::close).sum();
    UpdateResult result = enforcer.apply(GrantUpdate.removing(ids));
    if (!result.failures().isEmpty()) {
      throw new IllegalStateException("closing, which must not fail: " + result.failures());
    }
    activations.removeAll(closing);
    return new Closed(ids.length, connections);
  }
}
