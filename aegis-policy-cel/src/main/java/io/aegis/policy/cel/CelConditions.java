package io.aegis.policy.cel;

import dev.cel.bundle.Cel;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionLanguage;
import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.util.List;

/**
 * Conditions in the Common Expression Language, for example
 *
 * <pre>{@code
 * version_at_least(device.os_version, "14.5")
 *   && "webauthn" in auth.methods
 *   && within_hours("Mon-Fri 08:00-18:00", "Europe/Berlin")
 * }</pre>
 *
 * <p>Names, types, the texts that helpers take and the work that a condition could cause are
 * checked when it is compiled. What a request lacks makes a condition undecidable, unless {@code
 * &&} is false or {@code ||} is true without it. Time is reached through helpers that know when
 * they flip, and never otherwise, so that every result says until when it stands.
 *
 * <p>{@code docs/reference/conditions.md} has every variable and helper. Safe for any number of
 * threads.
 */
public final class CelConditions implements ConditionLanguage {

  static final String NAME = "cel";

  /** Makes the language. It has no settings. */
  public CelConditions() {}

  /** Returns {@code cel}. */
  @Override
  public String name() {
    return NAME;
  }

  /**
   * Compiles a condition.
   *
   * @param text an expression of CEL that is true or false, of at most 4,096 characters
   * @return the condition
   * @throws InvalidConditionException if it is none; it lists the mistakes that were found, the
   *     first 20 of them
   */
  @Override
  public Condition compile(String text) {
    try {
      return checked(text);
    } catch (InvalidConditionException e) {
      throw e;
    } catch (CelValidationException | RuntimeException | StackOverflowError e) {
      var refusal =
          new InvalidConditionException(
              1, 1, "this cannot be read as a condition (write it in a simpler way)");
      refusal.initCause(e);
      throw refusal;
    }
  }

  private static Condition checked(String text) throws CelValidationException {
    if (text.isBlank()) {
      throw new InvalidConditionException(
          1, 1, "the condition is empty (leave it out where there is none)");
    }
    if (text.length() > Vocabulary.LONGEST_CONDITION) {
      throw new InvalidConditionException(
          1, 1, "the condition has more than " + Vocabulary.LONGEST_CONDITION + " characters");
    }
    Cel cel = Vocabulary.cel();
    CelAbstractSyntaxTree parsed = accepted(text, cel.parse(text));
    var places = new Places(text, parsed.getSource());
    Inspection inspection = Inspection.of(parsed.getExpr(), places);
    refuse(inspection.mistakes());
    CelAbstractSyntaxTree checked = accepted(text, cel.check(parsed));
    refuse(Inspection.ofTypes(checked, checked.getExpr(), places));
    var planner = new Planner(checked, places);
    Node root = planner.plan(checked.getExpr());
    return new CelCondition(text, root, planner.terms(), inspection.inputs());
  }

  private static CelAbstractSyntaxTree accepted(String text, CelValidationResult result)
      throws CelValidationException {
    if (result.hasError()) {
      throw Refusal.of(text, result);
    }
    return result.getAst();
  }

  private static void refuse(List<Mistake> mistakes) {
    if (!mistakes.isEmpty()) {
      throw Refusal.of(mistakes);
    }
  }
}
