package io.aegis.server.controller;

import io.aegis.api.Target;
import io.aegis.server.sync.Distribution.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Judges what the gateways answered. */
final class Verdicts {
  private Verdicts() {}

  /**
   * Says why an activation did not come into force; empty if it did: every connected gateway
   * enforces it, and for each target there is at least one. Gateways that are away get it later.
   *
   * @param guarding the gateways that guard a target
   */
  static Optional<String> failure(
      Map<String, Outcome> outcomes,
      Collection<Target> targets,
      Function<Target, List<String>> guarding) {
    List<String> failed =
        named(
            outcomes,
            outcome -> outcome instanceof Outcome.Refused || outcome instanceof Outcome.TimedOut);
    if (!failed.isEmpty()) {
      return Optional.of(String.join(", ", failed));
    }
    for (Target target : targets) {
      List<String> guards = guarding.apply(target);
      if (guards.isEmpty()) {
        return Optional.of("no gateway guards " + target);
      }
      if (guards.stream().noneMatch(each -> outcomes.get(each) instanceof Outcome.Enforced)) {
        return Optional.of("gateway " + String.join(" and ", guards) + " is not connected");
      }
    }
    return Optional.empty();
  }

  /** Says which gateways have not closed what was taken away; empty if all have. */
  static List<String> stillOpen(Map<String, Outcome> outcomes) {
    return named(outcomes, outcome -> !(outcome instanceof Outcome.Enforced));
  }

  private static List<String> named(
      Map<String, Outcome> outcomes, java.util.function.Predicate<Outcome> which) {
    var names = new ArrayList<String>();
    outcomes.entrySet().stream()
        .filter(entry -> which.test(entry.getValue()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> names.add("gateway " + entry.getKey() + " " + word(entry.getValue())));
    return names;
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Enforced _ -> "enforces it";
      case Outcome.Refused(String message) -> "refused it (" + message + ")";
      case Outcome.TimedOut() -> "did not answer in time";
      case Outcome.Away() -> "is not connected";
    };
  }
}
