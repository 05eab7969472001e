package io.aegis.policy.document;

import io.aegis.policy.Decision;
import io.aegis.policy.Explanation;
import io.aegis.policy.PolicyEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Asks the engine what the tests of a document are about. Used once, by one thread. */
final class TestRunner {

  /** When a test without a time is held: in a week in which most of the world has winter time. */
  private static final Instant WINTER = Instant.parse("2026-01-05T00:00:00Z");

  private static final Instant SUMMER = Instant.parse("2026-07-06T00:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);

  /** Decisions of one run, for tests without a time: a second or some. */
  private static final int MOST_DECISIONS = 1_000_000;

  private static final String TOO_MANY =
      "there are too many tests without a time to hold all of them (say 'at' in most)";

  private final PolicyDocument document;
  private final PolicyEngine engine;
  private final TestRequests requests;
  private int decisions;

  private TestRunner(PolicyDocument document) {
    this.document = document;
    this.engine = PolicyEngine.compile(document.policy());
    this.requests = TestRequests.of(document);
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
    if (test.at() != null) {
      return outcome(test, place, test.at().toInstant());
    }
    TestOutcome winter = throughout(WINTER, test, place);
    return winter.passed() ? throughout(SUMMER, test, place) : winter;
  }

  /** Holds a test wherever the answer may change by time in a week. */
  private TestOutcome throughout(Instant start, PolicyTest test, Place place) {
    Instant end = start.plus(WEEK);
    TestOutcome outcome = outcome(test, place, start);
    for (Instant at = next(outcome); outcome.passed() && at.isBefore(end); at = next(outcome)) {
      if (++decisions > MOST_DECISIONS) {
        return new TestOutcome(test, place, false, outcome.decision(), at, TOO_MANY);
      }
      outcome = outcome(test, place, at);
    }
    return outcome;
  }

  // What ages moves along with the time of the request, and would be met again and again; windows
  // of time open and close on full minutes, so none is missed by going on to the next.
  private static Instant next(TestOutcome outcome) {
    Instant minute = outcome.at().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    Instant change = outcome.decision().validUntil();
    return change.isBefore(minute) ? minute : change;
  }

  private TestOutcome outcome(PolicyTest test, Place place, Instant at) {
    Decision decision = engine.decide(requests.request(test, at));
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
