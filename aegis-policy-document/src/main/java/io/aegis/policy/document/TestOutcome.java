package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

import io.aegis.policy.Decision;
import java.time.Instant;

/**
 * What came of a test.
 *
 * @param test the test
 * @param place where it stands
 * @param passed whether the decision was as expected
 * @param decision what was decided; where several times were tried, at the first at which the test
 *     fails, or else at the last
 * @param at the time of that decision
 * @param problem what was decided instead and why, on one line; empty for a test that passed
 */
public record TestOutcome(
    PolicyTest test, Place place, boolean passed, Decision decision, Instant at, String problem) {

  /** Makes an outcome. */
  public TestOutcome {
    requireNonNull(test, "test");
    requireNonNull(place, "place");
    requireNonNull(decision, "decision");
    requireNonNull(at, "at");
    requireNonNull(problem, "problem");
  }

  /** Returns the sentence, and what was decided instead if it failed. */
  @Override
  public String toString() {
    return place + ": " + test.sentence() + (passed ? ": passed" : ": " + problem);
  }
}
