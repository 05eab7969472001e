package io.aegis.policy;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.Explanation.ByRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The rules that apply to one principal and one service, apart by what they do. Each list is in the
 * order of rule ids, so that the order in a policy leaves no trace in a decision.
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

  private static final Comparator<ByRule> BY_ID =
      Comparator.comparing(reason -> reason.rule().id());

  static RuleMatch of(Collection<Rule> rules) {
    return new RuleMatch(
        reasons(rules, Rule.Permit.class, EnforcementMode.ENFORCE),
        reasons(rules, Rule.Forbid.class, EnforcementMode.ENFORCE),
        reasons(rules, Rule.Permit.class, EnforcementMode.AUDIT),
        reasons(rules, Rule.Forbid.class, EnforcementMode.AUDIT));
  }

  /**
   * Returns the rules of both. Most requests meet rules under one key alone, so what is there
   * already is mostly handed on instead of copied.
   */
  RuleMatch and(RuleMatch other) {
    if (isNone() || other.isNone()) {
      return isNone() ? other : this;
    }
    return new RuleMatch(
        merge(permits, other.permits),
        merge(forbids, other.forbids),
        merge(auditedPermits, other.auditedPermits),
        merge(auditedForbids, other.auditedForbids));
  }

  /** Returns whether, with conditions at their best, a permit applies and no forbid does. */
  boolean canPermit() {
    return !permits.isEmpty()
        && forbids.stream().allMatch(reason -> reason.rule().condition() != null);
  }

  /** Returns whether a condition has to be asked before it is known which of them apply. */
  boolean isConditional() {
    return hasCondition(permits)
        || hasCondition(forbids)
        || hasCondition(auditedPermits)
        || hasCondition(auditedForbids);
  }

  private static boolean hasCondition(List<ByRule> reasons) {
    for (ByRule reason : reasons) {
      if (reason.rule().condition() != null) {
        return true;
      }
    }
    return false;
  }

  private boolean isNone() {
    return permits.isEmpty()
        && forbids.isEmpty()
        && auditedPermits.isEmpty()
        && auditedForbids.isEmpty();
  }

  private static List<ByRule> reasons(
      Collection<Rule> rules, Class<? extends Rule> effect, EnforcementMode mode) {
    return rules.stream()
        .filter(rule -> effect.isInstance(rule) && rule.mode() == mode)
        .map(ByRule::new)
        .sorted(BY_ID)
        .toList();
  }

  private static List<ByRule> merge(List<ByRule> a, List<ByRule> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    var both = new ArrayList<ByRule>(a.size() + b.size());
    both.addAll(a);
    both.addAll(b);
    both.sort(BY_ID);
    return List.copyOf(both);
  }
}
