package io.aegis.policy;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.Explanation.ByRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The rules that are about one principal and one service, apart by what they do. Each list is in
 * the order of rule ids, so that the order in a policy leaves no trace in a decision.
 *
 * @param permits enforced permits
 * @param forbids enforced forbids
 * @param auditedPermits permits in audit mode
 * @param auditedForbids forbids in audit mode
 */
record RuleMatch(
    List<ByRule> permits,
    List<ByRule> forbids,
    List<ByRule> auditedPermits,
    List<ByRule> auditedForbids) {

  static final RuleMatch NONE = new RuleMatch(List.of(), List.of(), List.of(), List.of());

  /** There is an enforced permit without a condition. */
  static final int PERMIT = 1;

  /** There is an enforced forbid without a condition. */
  static final int FORBID = 2;

  /** There is an enforced permit with a condition. */
  static final int PERMIT_IF = 4;

  /** There is an enforced forbid with a condition. */
  static final int FORBID_IF = 8;

  private static final Comparator<ByRule> BY_ID =
      Comparator.comparing(reason -> reason.rule().id());

  /** Collects rules about the same principals and services. */
  static final class Builder {
    private final List<ByRule> permits = new ArrayList<>(1);
    private final List<ByRule> forbids = new ArrayList<>(0);
    private final List<ByRule> auditedPermits = new ArrayList<>(0);
    private final List<ByRule> auditedForbids = new ArrayList<>(0);

    void add(Rule rule) {
      boolean enforced = rule.mode() == EnforcementMode.ENFORCE;
      List<ByRule> list =
          switch (rule) {
            case Rule.Permit _ -> enforced ? permits : auditedPermits;
            case Rule.Forbid _ -> enforced ? forbids : auditedForbids;
          };
      list.add(new ByRule(rule));
    }

    RuleMatch build() {
      return new RuleMatch(
          sorted(permits), sorted(forbids), sorted(auditedPermits), sorted(auditedForbids));
    }

    private static List<ByRule> sorted(List<ByRule> reasons) {
      reasons.sort(BY_ID);
      return List.copyOf(reasons);
    }
  }

  /** Returns which kinds of enforced rules there are, as bits. */
  byte kinds() {
    return (byte) (kinds(permits, PERMIT, PERMIT_IF) | kinds(forbids, FORBID, FORBID_IF));
  }

  private static int kinds(List<ByRule> reasons, int plain, int conditional) {
    int kinds = 0;
    for (ByRule reason : reasons) {
      kinds |= reason.rule().condition() == null ? plain : conditional;
    }
    return kinds;
  }

  /**
   * Returns the rules of all of them. Most requests meet rules under one key alone, so what is
   * there already is mostly handed on; else it is put together once, however many there are.
   */
  static RuleMatch all(List<RuleMatch> matches) {
    return switch (matches.size()) {
      case 0 -> NONE;
      case 1 -> matches.getFirst();
      default ->
          new RuleMatch(
              merged(matches, RuleMatch::permits),
              merged(matches, RuleMatch::forbids),
              merged(matches, RuleMatch::auditedPermits),
              merged(matches, RuleMatch::auditedForbids));
    };
  }

  /** Returns whether, with conditions at their best, a permit applies and no forbid does. */
  boolean canPermit() {
    return !permits.isEmpty() && (kinds() & FORBID) == 0;
  }

  private static List<ByRule> merged(
      List<RuleMatch> matches, Function<RuleMatch, List<ByRule>> part) {
    List<ByRule> only = List.of();
    var all = new ArrayList<ByRule>(0);
    for (RuleMatch match : matches) {
      List<ByRule> more = part.apply(match);
      if (!more.isEmpty()) {
        only = more;
        all.addAll(more);
      }
    }
    if (all.size() == only.size()) {
      return only;
    }
    all.sort(BY_ID);
    return List.copyOf(all);
  }
}
