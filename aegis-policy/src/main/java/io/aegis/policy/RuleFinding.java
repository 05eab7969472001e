package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one rule had to do with a request.
 *
 * @param rule the rule
 * @param effect what it did
 * @param condition what came of its condition; null if it has none, or is not about this request
 */
public record RuleFinding(Rule rule, Effect effect, @Nullable ConditionResult condition) {

  /** How much of a condition is shown, in characters. */
  private static final int LONGEST_SHOWN = 120;

  /** What a rule did to a request. */
  public enum Effect {
    /** It applies, and is enforced. */
    APPLIES("applies"),
    /** A permit that applies, and a forbid that applies too wins over it. */
    OVERRULED("applies, but a forbid wins over it"),
    /** It would apply, but is in audit mode and decides nothing. */
    AUDIT_ONLY("would apply, but is in audit mode"),
    /** It is about this request, and its condition does not hold. */
    UNMET("its condition does not hold"),
    /** A permit about this request whose condition cannot be decided. */
    UNDECIDED("its condition cannot be decided"),
    /** It is about other principals. */
    OTHER_PRINCIPAL("is not about this principal"),
    /** It is about other services, or the service is unknown. */
    OTHER_SERVICE("is not about this service"),
    /** It is about other principals and about other services. */
    UNRELATED("is not about this principal, nor about this service");

    private final String text;

    Effect(String text) {
      this.text = text;
    }
  }

  /** Makes a finding. */
  public RuleFinding {
    requireNonNull(rule, "rule");
    requireNonNull(effect, "effect");
  }

  /** Finds what a rule has to do with a request. */
  static RuleFinding of(
      Rule rule, AccessRequest request, @Nullable Service service, boolean forbidden) {
    boolean ofService = service != null && rule.what().includes(service);
    boolean ofPrincipal = rule.who().includes(request.principal());
    if (!ofPrincipal || !ofService) {
      Effect other = ofService ? Effect.OTHER_PRINCIPAL : Effect.UNRELATED;
      return new RuleFinding(rule, ofPrincipal ? Effect.OTHER_SERVICE : other, null);
    }
    ConditionResult result = Conditions.evaluate(rule, request);
    return new RuleFinding(
        rule, effect(rule, result, forbidden), rule.condition() == null ? null : result);
  }

  private static Effect effect(Rule rule, ConditionResult result, boolean forbidden) {
    if (!Conditions.applies(rule, result)) {
      return result instanceof ConditionResult.Fails ? Effect.UNMET : Effect.UNDECIDED;
    }
    return switch (rule.mode()) {
      case AUDIT -> Effect.AUDIT_ONLY;
      case ENFORCE -> rule instanceof Rule.Permit && forbidden ? Effect.OVERRULED : Effect.APPLIES;
    };
  }

  /**
   * Returns the finding in words, with the condition as it was written.
   *
   * @return one line, without a period at its end
   */
  public String text() {
    String text = new Explanation.ByRule(rule).text() + ": " + effect.text;
    Condition asked = rule.condition();
    return asked == null || condition == null
        ? text
        : text + " (" + onOneLine(asked.text()) + ": " + text(condition) + ")";
  }

  // Conditions are often written over several lines, and may be long.
  private static String onOneLine(String condition) {
    String folded = condition.strip().replaceAll("\\s+", " ");
    return folded.codePointCount(0, folded.length()) <= LONGEST_SHOWN
        ? Names.printable(folded)
        : Names.printable(folded.substring(0, folded.offsetByCodePoints(0, LONGEST_SHOWN))) + "…";
  }

  private static String text(ConditionResult result) {
    return switch (result) {
      case ConditionResult.Holds holds -> "holds" + until(holds);
      case ConditionResult.Fails fails -> "does not hold" + until(fails);
      case ConditionResult.Undecidable undecidable -> undecidable.problem();
    };
  }

  private static String until(ConditionResult result) {
    return result.validUntil().equals(Instant.MAX) ? "" : " until " + result.validUntil();
  }
}
