package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.policy.ConditionResult.Fails;
import io.aegis.policy.ConditionResult.Holds;
import io.aegis.policy.ConditionResult.Undecidable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;

/** How the engine asks conditions, which it does not trust to answer. */
final class Conditions {

  private static final ConditionResult ALWAYS = new Holds(Instant.MAX, Set.of());

  private Conditions() {}

  /** Returns what came of the condition of a rule; a rule without one applies for ever. */
  static ConditionResult evaluate(Rule rule, AccessRequest request) {
    Condition condition = rule.condition();
    return condition == null ? ALWAYS : evaluate(condition, request);
  }

  // A condition is code of others, which may fail in every way that code can. Running out of stack
  // is one of them for a deeply nested condition; any other Error is not the condition's alone, and
  // whoever asked gets no decision.
  private static ConditionResult evaluate(Condition condition, AccessRequest request) {
    ConditionResult result;
    try {
      result = requireNonNull(condition.evaluate(request), "no result");
    } catch (RuntimeException | StackOverflowError e) {
      return broken(request, "it failed with " + e.getClass().getName());
    }
    return result.validUntil().isAfter(request.now())
        ? result
        : broken(request, "its result was over at " + result.validUntil());
  }

  // Nobody knows until when; the next instant is soon enough for every law.
  private static ConditionResult broken(AccessRequest request, String problem) {
    return new Undecidable(next(request.now()), Set.of(), problem);
  }

  private static Instant next(Instant now) {
    try {
      return now.plusNanos(1);
    } catch (DateTimeException | ArithmeticException e) {
      return Instant.MAX;
    }
  }

  /** Returns whether a rule applies, given its condition: what is undecided denies. */
  static boolean applies(Rule rule, ConditionResult result) {
    return switch (result) {
      case Holds _ -> true;
      case Fails _ -> false;
      case Undecidable _ -> rule instanceof Rule.Forbid;
    };
  }
}
