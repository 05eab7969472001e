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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A service with the rules about it and its tags, and everything of it that needs no request. */
final class CompiledService {

  private final Service service;
  private final List<RuleTable> tables;
  private final List<Target> ipv4Targets;
  private final List<Target> ipv6Targets;

  private CompiledService(
      Service service, List<RuleTable> tables, List<Target> ipv4Targets, List<Target> ipv6Targets) {
    this.service = service;
    this.tables = tables;
    this.ipv4Targets = ipv4Targets;
    this.ipv6Targets = ipv6Targets;
  }

  /** Picks from all tables those that are about this service or one of its tags. */
  static CompiledService of(Service service, Map<What, RuleTable> tables) {
    Stream<What> tags = service.tags().stream().map(What::tag);
    List<RuleTable> own =
        Stream.concat(Stream.of(What.service(service.id())), tags)
            .flatMap(what -> Stream.ofNullable(tables.get(what)))
            .toList();
    return new CompiledService(
        service, own, targets(service, Family.IPV4), targets(service, Family.IPV6));
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
    RuleMatch match = RuleMatch.NONE;
    for (RuleTable table : tables) {
      match = match.and(table.match(principal));
    }
    return match;
  }

  /**
   * Returns what a principal can reach of this service with conditions at their best, if anything.
   */
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

  /** Returns everything about the source of a request that keeps it from this service. */
  List<Explanation> sourceObstacles(AccessRequest request) {
    Source source = request.source();
    boolean assured = source.assurance().isAtLeast(service.minimumAssurance());
    boolean reachable = !targets(source.address().family()).isEmpty();
    boolean refused = isShared(request) && service.sharedSource() == SharedSource.REFUSE;
    if (assured && reachable && !refused) {
      return List.of();
    }
    var obstacles = new ArrayList<Explanation>();
    if (!assured) {
      obstacles.add(
          new AssuranceTooLow(service.name(), service.minimumAssurance(), source.assurance()));
    }
    if (!reachable) {
      List<Explanation> closed = closedFamily(request);
      obstacles.addAll(closed.isEmpty() ? List.of(new NoTarget(service.name())) : closed);
    }
    if (refused) {
      obstacles.add(new SharedSourceRefused(service.name(), source.address()));
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
