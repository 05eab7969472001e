package io.aegis.policy;

import io.aegis.policy.Explanation.ByRule;
import io.aegis.policy.Explanation.Undecided;
import io.aegis.policy.Explanation.Unmet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules about a request, weighed: which of them apply now, which do not and why, and until when
 * it stays so.
 *
 * <p>The answer of the rules is permit exactly if some permit applies and no forbid does. So, by
 * time alone, a permit stands until a forbid that does not apply could, or until the last of the
 * permits that apply could lapse; and a denial until the last of the forbids that apply could lapse
 * or, where there is none, until the first of the permits that do not apply could.
 *
 * @param permits enforced permits that apply
 * @param forbids enforced forbids that apply
 * @param unmet enforced permits that do not apply; not looked at where a forbid applies
 * @param auditedPermits permits in audit mode that would apply
 * @param auditedForbids forbids in audit mode that would apply
 * @param validUntil until when the answer stands
 * @param inputs what the conditions looked at that the answer depends on
 */
record Weighed(
    List<? extends Explanation> permits,
    List<? extends Explanation> forbids,
    List<? extends Explanation> unmet,
    List<? extends Explanation> auditedPermits,
    List<? extends Explanation> auditedForbids,
    Instant validUntil,
    Set<Input> inputs) {

  static Weighed of(RuleMatch match, AccessRequest request) {
    if (!match.isConditional()) {
      return new Weighed(
          match.permits(),
          match.forbids(),
          List.of(),
          match.auditedPermits(),
          match.auditedForbids(),
          Instant.MAX,
          Set.of());
    }
    var forbids = new Scale(request, match.forbids());
    Scale permits = new Scale(request, forbids.applying.isEmpty() ? match.permits() : List.of());
    var inputs = new HashSet<>(forbids.inputs);
    inputs.addAll(permits.inputs);
    return new Weighed(
        permits.applying,
        forbids.applying,
        permits.failing,
        new Scale(request, match.auditedPermits()).told(),
        new Scale(request, match.auditedForbids()).told(),
        validUntil(permits, forbids),
        Set.copyOf(inputs));
  }

  private static Instant validUntil(Scale permits, Scale forbids) {
    if (!forbids.applying.isEmpty()) {
      return forbids.lastLapse;
    }
    return permits.applying.isEmpty()
        ? permits.firstChange
        : earlier(forbids.firstChange, permits.lastLapse);
  }

  static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  /** The law of the engine: any forbid wins, and without a permit there is no access. */
  boolean isPermitted() {
    return forbids.isEmpty() && !permits.isEmpty();
  }

  /** Rules of one kind. */
  private static final class Scale {

    private final AccessRequest request;
    final List<Explanation> applying = new ArrayList<>();
    final List<Explanation> failing = new ArrayList<>();
    final Set<Input> inputs = new HashSet<>();
    Instant lastLapse = Instant.MIN;
    Instant firstChange = Instant.MAX;

    Scale(AccessRequest request, List<ByRule> rules) {
      this.request = request;
      rules.forEach(this::put);
    }

    private void put(ByRule reason) {
      ConditionResult result = Conditions.evaluate(reason.rule(), request);
      inputs.addAll(result.inputs());
      boolean applies = Conditions.applies(reason.rule(), result);
      Explanation told =
          switch (result) {
            case ConditionResult.Holds _ -> reason;
            case ConditionResult.Fails _ -> new Unmet(reason.rule());
            case ConditionResult.Undecidable undecidable ->
                new Undecided(reason.rule(), undecidable.problem());
          };
      (applies ? applying : failing).add(told);
      if (applies && result.validUntil().isAfter(lastLapse)) {
        lastLapse = result.validUntil();
      }
      if (!applies && result.validUntil().isBefore(firstChange)) {
        firstChange = result.validUntil();
      }
    }

    /** What is told of rules in audit mode: what would apply, and what nobody could tell. */
    List<Explanation> told() {
      var told = new ArrayList<>(applying);
      failing.stream().filter(Undecided.class::isInstance).forEach(told::add);
      return told;
    }
  }
}
