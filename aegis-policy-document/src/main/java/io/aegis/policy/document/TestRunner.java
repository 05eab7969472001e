package io.aegis.policy.document;

import io.aegis.policy.Decision;
import io.aegis.policy.Explanation;
import io.aegis.policy.PolicyEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Asks the engine what the tests of a document are about. Immutable. */
final class TestRunner {

  private static final int QUARTERS_OF_A_WEEK = 7 * 24 * 4;

  /** When a test without a time is held: in a week in which most of the world has winter time. */
  private static final Instant WINTER = Instant.parse("2026-01-05T00:00:00Z");

  private static final Instant SUMMER = Instant.parse("2026-07-06T00:00:00Z");

  private static final List<Instant> ANY_TIME =
      Stream.of(WINTER, SUMMER)
          .flatMap(start ->
              IntStream.range(0, QUARTERS_OF_A_WEEK)
                  .mapToObj(i -> start.plus(Duration.ofMinutes(15L * i))))
          .toList();

  private final PolicyDocument document;
  private final PolicyEngine engine;
  private final TestRequests requests;
  private final List<Instant> anyTime;

  private TestRunner(PolicyDocument document) {
    this.document = document;
    this.engine = PolicyEngine.compile(document.policy());
    this.requests = TestRequests.of(document);
    // Without conditions, time changes nothing.
    boolean hasConditions =
        document.policy().rules().stream().anyMatch(rule -> rule.condition() != null);
    this.anyTime = hasConditions ? ANY_TIME : ANY_TIME.subList(0, 1);
  }

  static TestRunner of(PolicyDocument document) {
    return new TestRunner(document);
  }

  List<TestOutcome> run(Places places) {
    var outcomes = new ArrayList<TestOutcome>();
    for (PolicyTest test : document.tests()) {
      outcomes.add(run(test, places.ofTest(outcomes.size())));
    }
    return outcomes;
  }

  private TestOutcome run(PolicyTest test, Place place) {
    List<Instant> times = test.moment().map(moment -> List.of(moment.toInstant())).orElse(anyTime);
    Instant at = times.getFirst();
    Decision decision = engine.decide(requests.request(test, at));
    for (int i = 1; i < times.size() && isAsExpected(test, decision); i++) {
      at = times.get(i);
      decision = engine.decide(requests.request(test, at));
    }
    boolean passed = isAsExpected(test, decision);
    return new TestOutcome(
        test, place, passed, decision, at, passed ? "" : problem(test, decision, at));
  }

  private static boolean isAsExpected(PolicyTest test, Decision decision) {
    return isPermit(decision) == test.may()
        && (test.because() == null
            || decision.reasons().stream().anyMatch(r -> isAbout(r, test.because())));
  }

  private static boolean isPermit(Decision decision) {
    return switch (decision) {
      case Decision.Permit _ -> true;
      case Decision.Deny _ -> false;
    };
  }

  private static boolean isAbout(Explanation reason, String ruleId) {
    return switch (reason) {
      case Explanation.ByRule(var rule) -> rule.id().equals(ruleId);
      case Explanation.Unmet(var rule) -> rule.id().equals(ruleId);
      case Explanation.Undecided(var rule, _) -> rule.id().equals(ruleId);
      default -> false; // no other reason is that of a rule
    };
  }

  private static String problem(PolicyTest test, Decision decision, Instant at) {
    String what =
        isPermit(decision) != test.may()
            ? (isPermit(decision) ? "it is permitted" : "it is denied")
            : (isPermit(decision) ? "permitted, but not" : "denied, but not")
                + " because of rule '"
                + test.because()
                + "'";
    String when = test.moment().isPresent() ? "" : " at " + at;
    return Printable.line(what + when + ", since " + decision.text());
  }
}
