package io.aegis.policy;

import io.aegis.api.IpAddress.Family;
import io.aegis.api.Target;
import io.aegis.policy.Explanation.AssuranceTooLow;
import io.aegis.policy.Explanation.ByRule;
import io.aegis.policy.Explanation.FamilyUnbound;
import io.aegis.policy.Explanation.NoTarget;
import io.aegis.policy.Explanation.SharedSourceRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A service with the rules about it and its tags, and everything of it that needs no request. */
final class CompiledService {

  private final Service service;
  private final RuleIndex rules;
  private final int[] slices;
  private final List<Target> ipv4Targets;
  private final List<Target> ipv6Targets;

  /** Picks from all rules those that are about this service or one of its tags. */
  CompiledService(Service service, RuleIndex rules) {
    this.service = service;
    this.rules = rules;
    this.slices = rules.slices(service);
    this.ipv4Targets = targets(service, Family.IPV4);
    this.ipv6Targets = targets(service, Family.IPV6);
  }

  private static List<Target> targets(Service service, Family family) {
    return service.targets().stream()
        .filter(target -> target.prefix().address().family() == family)
        .toList();
  }

  Service service() {
    return service;
  }

  List<Target> targets(Family family) {
    return family == Family.IPV4 ? ipv4Targets : ipv6Targets;
  }

  RuleMatch match(Principal principal) {
    return rules.match(slices, principal);
  }

  /** Returns what the rules say to a request, and until when. */
  RuleAnswer answer(AccessRequest request) {
    int kinds = rules.kinds(slices, request.principal());
    return RuleAnswer.isPlain(kinds)
        ? RuleAnswer.plain(kinds)
        : RuleAnswer.of(match(request.principal()), request);
  }

  /** Returns whether the answer to a request depends on conditions. */
  boolean asksConditions(AccessRequest request) {
    return !RuleAnswer.isPlain(rules.kinds(slices, request.principal()));
  }

  /** Returns what a principal can reach of this with conditions at their best, if anything. */
  Optional<Reach> reach(Principal principal) {
    RuleMatch match = match(principal);
    if (!principal.active() || !match.canPermit()) {
      return Optional.empty();
    }
    return Optional.of(
        new Reach(principal, service, rules(match.permits()), rules(match.forbids())));
  }

  private static List<Rule> rules(List<ByRule> reasons) {
    return reasons.stream().map(ByRule::rule).toList();
  }

  /** Returns whether nothing about the source of a request keeps it from this service. */
  boolean isOpenTo(AccessRequest request) {
    return isAssured(request) && isReachable(request) && !isRefused(request);
  }

  private boolean isAssured(AccessRequest request) {
    return request.source().assurance().isAtLeast(service.minimumAssurance());
  }

  private boolean isReachable(AccessRequest request) {
    return !targets(request.source().address().family()).isEmpty();
  }

  private boolean isRefused(AccessRequest request) {
    return isShared(request) && service.sharedSource() == SharedSource.REFUSE;
  }

  /** Returns everything about the source of a request that keeps it from this service. */
  List<Explanation> sourceObstacles(AccessRequest request) {
    var obstacles = new ArrayList<Explanation>();
    if (!isAssured(request)) {
      obstacles.add(
          new AssuranceTooLow(
              service.name(), service.minimumAssurance(), request.source().assurance()));
    }
    if (!isReachable(request)) {
      List<Explanation> closed = closedFamily(request);
      obstacles.addAll(closed.isEmpty() ? List.of(new NoTarget(service.name())) : closed);
    }
    if (isRefused(request)) {
      obstacles.add(new SharedSourceRefused(service.name(), request.source().address()));
    }
    return obstacles;
  }

  /** Returns the family of which the service has targets and the request has no source, if any. */
  List<Explanation> closedFamily(AccessRequest request) {
    Family other = request.source().address().family() == Family.IPV4 ? Family.IPV6 : Family.IPV4;
    return targets(other).isEmpty()
        ? List.of()
        : List.of(new FamilyUnbound(request.principal().name(), service.name(), other));
  }

  Set<Obligation> obligations(AccessRequest request) {
    return isShared(request) && service.sharedSource() == SharedSource.TAKEOVER
        ? Set.of(new Obligation.TakeOver(request.otherPrincipalsOnSource()))
        : Set.of();
  }

  private static boolean isShared(AccessRequest request) {
    return !request.otherPrincipalsOnSource().isEmpty();
  }
}
