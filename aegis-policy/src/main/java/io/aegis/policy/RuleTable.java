package io.aegis.policy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The rules about one {@link What}, found by the keys of a principal: one look-up for the user and
 * one for each role and group, however many rules there are.
 */
final class RuleTable {

  private final Map<String, RuleMatch> byUser = new HashMap<>();
  private final Map<String, RuleMatch> byRole = new HashMap<>();
  private final Map<String, RuleMatch> byGroup = new HashMap<>();

  private RuleTable() {}

  /** Returns a table for everything that {@code rules} are about. */
  static Map<What, RuleTable> tables(Collection<Rule> rules) {
    return rules.stream()
        .collect(
            Collectors.groupingBy(
                Rule::what, Collectors.collectingAndThen(Collectors.toList(), RuleTable::of)));
  }

  private static RuleTable of(Collection<Rule> rules) {
    var table = new RuleTable();
    rules.stream()
        .collect(Collectors.groupingBy(Rule::who))
        .forEach((who, same) -> table.put(who, RuleMatch.of(same)));
    return table;
  }

  private void put(Who who, RuleMatch match) {
    switch (who) {
      case Who.User(String id) -> byUser.put(id, match);
      case Who.Role(String name) -> byRole.put(name, match);
      case Who.Group(String name) -> byGroup.put(name, match);
    }
  }

  RuleMatch match(Principal principal) {
    RuleMatch match = byUser.getOrDefault(principal.id(), RuleMatch.NONE);
    for (String role : principal.roles()) {
      match = match.and(byRole.getOrDefault(role, RuleMatch.NONE));
    }
    for (String group : principal.groups()) {
      match = match.and(byGroup.getOrDefault(group, RuleMatch.NONE));
    }
    return match;
  }
}
