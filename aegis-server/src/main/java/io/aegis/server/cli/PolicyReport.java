package io.aegis.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aegis.policy.Decision;
import io.aegis.policy.Explanation;
import io.aegis.policy.document.InvalidDocumentException;
import io.aegis.policy.document.Place;
import io.aegis.policy.document.TestOutcome;
import io.aegis.policy.document.Warning;
import java.nio.file.Path;
import java.time.Instant;

/** Writes what comes of documents, for people and for machines. Stateless. */
final class PolicyReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PolicyReport() {}

  /** Returns {@code FILE:LINE:COLUMN: }, as editors and build servers read it. */
  static String at(Path file, Place place) {
    return file + ":" + place.line() + ":" + place.column() + ": ";
  }

  /** Returns an object that says what it is the result of. */
  static ObjectNode object(String result) {
    return MAPPER.createObjectNode().put("result", result);
  }

  static void addProblems(ObjectNode report, InvalidDocumentException e) {
    ArrayNode problems = report.putArray("problems");
    e.problems().forEach(each -> placed(problems, each.place()).put("message", each.message()));
    report.put("more", e.more());
  }

  static void addWarning(ArrayNode warnings, Warning warning) {
    placed(warnings, warning.place())
        .put("kind", warning.kind().toString())
        .put("message", warning.message());
  }

  static void addOutcome(ArrayNode tests, TestOutcome outcome) {
    ObjectNode test = placed(tests, outcome.place());
    test.put("test", outcome.test().sentence()).put("passed", outcome.passed());
    if (!outcome.passed()) {
      test.put("problem", outcome.problem());
    }
    addDecision(test, outcome.decision());
    test.put("at", outcome.at().toString());
  }

  static void addDecision(ObjectNode report, Decision decision) {
    report.put("permitted", isPermit(decision));
    ArrayNode reasons = report.putArray("reasons");
    decision.reasons().stream().map(Explanation::text).forEach(reasons::add);
    if (decision.validUntil().isBefore(Instant.MAX)) {
      report.put("valid_until", decision.validUntil().toString());
    } else {
      report.putNull("valid_until");
    }
  }

  private static ObjectNode placed(ArrayNode array, Place place) {
    return array.addObject().put("line", place.line()).put("column", place.column());
  }

  static boolean isPermit(Decision decision) {
    return switch (decision) {
      case Decision.Permit _ -> true;
      case Decision.Deny _ -> false;
    };
  }

  /** Returns {@code 1 test}, {@code 2 tests}. */
  static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
