package io.aegis.policy.cel;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionResult;
import io.aegis.policy.ConditionResult.Fails;
import io.aegis.policy.ConditionResult.Holds;
import io.aegis.policy.ConditionResult.Undecidable;
import io.aegis.policy.Input;
import java.time.Instant;
import java.util.Set;

/** A condition that was compiled. Immutable. */
final class CelCondition implements Condition {

  /** How many flips that change nothing are looked beyond. */
  private static final int MOST_FLIPS = 16;

  private final String text;
  private final Node root;
  private final int terms;
  private final Set<Input> inputs;
  private final ConditionResult holdsForever;
  private final ConditionResult failsForever;

  CelCondition(String text, Node root, int terms, Set<Input> inputs) {
    this.text = text;
    this.root = root;
    this.terms = terms;
    this.inputs = Set.copyOf(inputs);
    this.holdsForever = new Holds(Instant.MAX, inputs);
    this.failsForever = new Fails(Instant.MAX, inputs);
  }

  @Override
  public String language() {
    return CelConditions.NAME;
  }

  @Override
  public String text() {
    return text;
  }

  @Override
  public ConditionResult evaluate(AccessRequest request) {
    var moment = new Moment(request, terms);
    Truth truth = root.evaluate(moment);
    String problem = moment.problem();
    Instant until = moment.until();
    // A flip of a helper need not be one of the whole. What comes after the session is no matter.
    for (int i = 0; i < MOST_FLIPS && until.isBefore(request.sessionEnd()); i++) {
      moment.now(until);
      if (root.evaluate(moment) != truth) {
        break;
      }
      until = moment.until();
    }
    boolean forever = until.equals(Instant.MAX);
    return switch (truth) {
      case TRUE -> forever ? holdsForever : new Holds(until, inputs);
      case FALSE -> forever ? failsForever : new Fails(until, inputs);
      case UNKNOWN -> new Undecidable(until, inputs, problem);
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CelCondition condition && condition.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the text of the condition. */
  @Override
  public String toString() {
    return text;
  }
}
