package io.aegis.policy.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.time.Instant;
import java.util.Map;

/**
 * A term that the interpreter of CEL works out. It sees no time, so its result stays as it is for
 * the same request, and is remembered while an evaluation looks ahead.
 *
 * @param program the term alone
 * @param slots what its variables stand for
 * @param index which of the condition's terms it is
 * @param place where it begins, in words
 */
record CelTerm(CelRuntime.Program program, Map<String, Slots.Slot> slots, int index, String place)
    implements Node {

  @Override
  public Truth evaluate(Moment moment) {
    Truth known = moment.remembered(index);
    Truth truth = known == null ? run(moment) : known;
    moment.remember(index, truth);
    moment.until(Instant.MAX);
    return truth;
  }

  private Truth run(Moment moment) {
    var values = new RequestValues(moment.request(), slots);
    try {
      return program.eval(values) instanceof Boolean truth
          ? Truth.of(truth)
          : moment.unknown("what begins at " + place + " is not true or false");
    } catch (CelEvaluationException | RuntimeException e) {
      return moment.unknown(Problems.of(e, values, place));
    }
  }
}
