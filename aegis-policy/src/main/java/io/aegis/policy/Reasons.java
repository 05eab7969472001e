package io.aegis.policy;

import io.aegis.policy.Explanation.Inactive;
import io.aegis.policy.Explanation.NoPermit;
import io.aegis.policy.Explanation.SessionOver;
import io.aegis.policy.Explanation.UnknownService;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The reasons of a decision, worked out when somebody looks, for the same cause as {@link
 * InputsUsed}. Immutable to whoever looks, and safe for any number of threads.
 */
final class Reasons extends AbstractList<Explanation> implements RandomAccess {

  private final AccessRequest request;
  private final Stage stage;
  private final @Nullable CompiledService service;

  /** Worked out at the first look, perhaps by two threads at once, and then the same twice. */
  private @Nullable List<Explanation> known;

  Reasons(AccessRequest request, Stage stage, @Nullable CompiledService service) {
    this.request = request;
    this.stage = stage;
    this.service = service;
  }

  /** Returns an immutable list of these reasons: the same one if it is of this class. */
  static List<Explanation> copyOf(List<Explanation> reasons) {
    return reasons instanceof Reasons same ? same : List.copyOf(reasons);
  }

  @Override
  public Explanation get(int index) {
    return known().get(index);
  }

  @Override
  public int size() {
    return known().size();
  }

  /** Without working them out: nothing is decided without a reason. */
  @Override
  public boolean isEmpty() {
    return false;
  }

  private List<Explanation> known() {
    List<Explanation> reasons = known;
    if (reasons == null) {
      reasons = List.copyOf(reasons());
      known = reasons;
    }
    return reasons;
  }

  private List<Explanation> reasons() {
    if (stage == Stage.PRINCIPAL) {
      return ofPrincipal(request);
    }
    if (service == null) {
      return List.of(new UnknownService(request.serviceId()));
    }
    return switch (stage) {
      case PRINCIPAL, SERVICE, RULES -> ofRules(request, service);
      case SOURCE -> service.sourceObstacles(request);
      case PERMITTED -> ofPermit(request, service);
    };
  }

  /** Returns what of the principal and the session stands in the way. */
  static List<Explanation> ofPrincipal(AccessRequest request) {
    Principal principal = request.principal();
    var obstacles = new ArrayList<Explanation>();
    if (!principal.active()) {
      obstacles.add(new Inactive(principal.name()));
    }
    if (!request.now().isBefore(request.sessionEnd())) {
      obstacles.add(new SessionOver(principal.name(), request.sessionEnd()));
    }
    return obstacles;
  }

  /** Returns what of the rules stands in the way. */
  static List<Explanation> ofRules(AccessRequest request, CompiledService service) {
    Principal principal = request.principal();
    Weighed weighed = Weighed.of(service.match(principal), request);
    if (!weighed.forbids().isEmpty()) {
      return weighed.forbids();
    }
    if (!weighed.permits().isEmpty()) {
      return List.of();
    }
    var obstacles = new ArrayList<>(weighed.unmet());
    if (obstacles.isEmpty()) {
      obstacles.add(
          new NoPermit(
              principal.name(), principal.roles(), principal.groups(), service.service().name()));
    }
    obstacles.addAll(weighed.auditedPermits());
    return obstacles;
  }

  private static List<Explanation> ofPermit(AccessRequest request, CompiledService service) {
    Weighed weighed = Weighed.of(service.match(request.principal()), request);
    var reasons = new ArrayList<>(weighed.permits());
    reasons.addAll(weighed.auditedForbids());
    reasons.addAll(service.closedFamily(request));
    return reasons;
  }
}
