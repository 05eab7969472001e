package io.aegis.policy;

import io.aegis.policy.Explanation.ByRule;
import io.aegis.policy.Explanation.Undecided;
import io.aegis.policy.Explanation.Unmet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules about a request, weighed: which of them apply, and which do not and why. {@link
 * RuleAnswer} is what comes of it; this is worked out when somebody asks for reasons.
 *
 * @param permits enforced permits that apply
 * @param forbids enforced forbids that apply
 * @param unmet enforced permits that do not apply
 * @param auditedPermits permits in audit mode that would apply, or cannot be decided
 * @param auditedForbids forbids in audit mode that would apply
 * @param inputs what the conditions looked at on which the answer rests
 */
record Weighed(
    List<Explanation> permits,
    List<Explanation> forbids,
    List<Explanation> unmet,
    List<Explanation> auditedPermits,
    List<Explanation> auditedForbids,
    Set<Input> inputs) {

  static Weighed of(RuleMatch match, AccessRequest request) {
    var forbids = new Scale(request, match.forbids());
    var permits = new Scale(request, match.permits());
    return new Weighed(
        permits.applying,
        forbids.applying,
        permits.idle,
        new Scale(request, match.auditedPermits()).told(),
        new Scale(request, match.auditedForbids()).told(),
        inputs(permits, forbids, match.kinds()));
  }

  // What the legs of RuleAnswer rest on. Permits: the conditions of those that apply, or else, that
  // none does, those of all. Forbids likewise.
  private static Set<Input> inputs(Scale permits, Scale forbids, int kinds) {
    if (RuleAnswer.isPlain(kinds)) {
      return Set.of();
    }
    var inputs =
        new HashSet<>(forbids.applying.isEmpty() ? forbids.inputsOfIdle : forbids.inputsOfApplying);
    if ((kinds & RuleMatch.PERMIT) == 0) {
      inputs.addAll(permits.applying.isEmpty() ? permits.inputsOfIdle : permits.inputsOfApplying);
    }
    return inputs;
  }

  /** Rules of one kind. */
  private static final class Scale {

    final List<Explanation> applying = new ArrayList<>();
    final List<Explanation> idle = new ArrayList<>();
    final Set<Input> inputsOfApplying = new HashSet<>();
    final Set<Input> inputsOfIdle = new HashSet<>();

    Scale(AccessRequest request, List<ByRule> rules) {
      rules.forEach(reason -> put(reason, Conditions.evaluate(reason.rule(), request)));
    }

    private void put(ByRule reason, ConditionResult result) {
      Explanation told =
          switch (result) {
            case ConditionResult.Holds _ -> reason;
            case ConditionResult.Fails _ -> new Unmet(reason.rule());
            case ConditionResult.Undecidable undecidable ->
                new Undecided(reason.rule(), undecidable.problem());
          };
      boolean applies = Conditions.applies(reason.rule(), result);
      (applies ? applying : idle).add(told);
      (applies ? inputsOfApplying : inputsOfIdle).addAll(result.inputs());
    }

    /** What is told of rules in audit mode: what would apply, and what nobody could tell. */
    List<Explanation> told() {
      var told = new ArrayList<>(applying);
      idle.stream().filter(Undecided.class::isInstance).forEach(told::add);
      return told;
    }
  }
}
