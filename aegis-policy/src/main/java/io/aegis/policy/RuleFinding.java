package io.aegis.policy;

import static java.util.Objects.requireNonNull;

/**
 * What one rule had to do with a request.
 *
 * @param rule the rule
 * @param effect what it did
 */
public record RuleFinding(Rule rule, Effect effect) {

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

  /**
   * Returns the finding in words.
   *
   * @return one line, without a period at its end
   */
  public String text() {
    return new Explanation.ByRule(rule).text() + ": " + effect.text;
  }
}
