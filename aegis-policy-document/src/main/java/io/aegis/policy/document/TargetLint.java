package io.aegis.policy.document;

import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.policy.Service;
import io.aegis.policy.document.Warning.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at the targets of services. Prefixes either contain each other or have nothing in common;
 * so when they are walked in the order of their first addresses, the shorter first, those that
 * contain the present one lie on a stack. Used once, by one thread.
 */
final class TargetLint {

  /**
   * Comparisons, which take about a second; three thousand services on one address need as many.
   */
  private static final int MOST_COMPARISONS = 5_000_000;

  private static final Map<Integer, String> SENSITIVE = Map.of(22, "SSH", 53, "DNS");

  private static final Comparator<Placement> BY_ADDRESS =
      Comparator.comparing((Placement p) -> p.target().prefix().address())
          .thenComparingInt(p -> p.target().prefix().length());

  private final Places places;
  private final List<Warning> warnings;
  private final Set<Pair> told = new HashSet<>();
  private int comparisons;

  private TargetLint(Places places, List<Warning> warnings) {
    this.places = places;
    this.warnings = warnings;
  }

  private record Placement(Service service, Target target) {}

  private record Pair(String first, String second) {}

  static void check(PolicyDocument document, Places places, List<Warning> warnings) {
    var lint = new TargetLint(places, warnings);
    List<Service> services = document.policy().services();
    services.forEach(lint::checkAlone);
    List<Placement> placements =
        services.stream()
            .flatMap(s -> s.targets().stream().map(target -> new Placement(s, target)))
            .sorted(BY_ADDRESS)
            .toList();
    lint.checkTogether(placements);
  }

  private void checkAlone(Service service) {
    Place place = places.ofService(service.id());
    if (service.targets().isEmpty()) {
      add(
          place,
          Kind.NO_TARGET,
          "service '%s' has no target, so it is denied to everybody".formatted(service.id()));
    }
    for (Target target : service.targets()) {
      PortRange ports = target.ports();
      if (target.protocol().hasPorts() && !ports.isSinglePort()) {
        SENSITIVE.keySet().stream()
            .sorted()
            .filter(port -> ports.contains(port) && isSpokenOver(port, target.protocol()))
            .forEach(port -> add(place, Kind.SENSITIVE_PORT, swallows(service, target, port)));
      }
    }
  }

  private static boolean isSpokenOver(int port, Protocol protocol) {
    return port == 53 || protocol == Protocol.TCP;
  }

  private static String swallows(Service service, Target target, int port) {
    return "service '%s' opens port %d (%s) with its range %s: say the ports that are meant"
        .formatted(service.id(), port, SENSITIVE.get(port), TargetText.format(target));
  }

  private void checkTogether(List<Placement> placements) {
    var around = new ArrayList<Placement>();
    for (Placement next : placements) {
      while (!around.isEmpty() && !contains(around.getLast(), next)) {
        around.removeLast();
      }
      for (Placement outer : around) {
        if (++comparisons > MOST_COMPARISONS || told.size() >= Linter.MOST) {
          add(
              Place.START,
              Kind.INCOMPLETE,
              "there are too many services on the same addresses to compare all of them");
          return;
        }
        compare(outer, next);
      }
      around.add(next);
    }
  }

  private static boolean contains(Placement outer, Placement inner) {
    Prefix prefix = outer.target().prefix();
    return prefix.length() <= inner.target().prefix().length()
        && prefix.contains(inner.target().prefix().address());
  }

  private void compare(Placement outer, Placement inner) {
    Target a = outer.target();
    Target b = inner.target();
    if (outer.service().id().equals(inner.service().id())
        || a.protocol() != b.protocol()
        || a.ports().last() < b.ports().first()
        || b.ports().last() < a.ports().first()) {
      return;
    }
    boolean isOrdered = order(outer.service()).compareTo(order(inner.service())) <= 0;
    Service first = isOrdered ? outer.service() : inner.service();
    Service second = isOrdered ? inner.service() : outer.service();
    if (!told.add(new Pair(first.id(), second.id()))) {
      return;
    }
    boolean isSame = a.equals(b);
    add(
        places.ofService(second.id()),
        isSame ? Kind.SHARED_TARGET : Kind.OVERLAPPING_TARGETS,
        isSame
            ? "services '%s' and '%s' share %s: whoever reaches one reaches the other"
                .formatted(first.id(), second.id(), TargetText.format(a))
            : "services '%s' and '%s' overlap (%s, %s): whoever reaches the wider reaches the other too"
                .formatted(first.id(), second.id(), TargetText.format(a), TargetText.format(b)));
  }

  private String order(Service service) {
    Place place = places.ofService(service.id());
    return "%010d:%010d:%s".formatted(place.line(), place.column(), service.id());
  }

  private void add(Place place, Kind kind, String message) {
    warnings.add(new Warning(place, kind, message));
  }
}
