package io.aegis.policy.cel;

import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationResult;
import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in words of ours what the parser and the type checker of CEL object to. */
final class Refusal {

  private static final Pattern OVERLOAD =
      Pattern.compile("found no matching overload for '(.+)' applied to '(.*?)' \\(candidates.*");
  private static final Pattern OPERATOR = Pattern.compile("[_@]*([^_@]+)_*:?_*");
  private static final Pattern TYPE =
      Pattern.compile("expected type '(.*)' but found '(.*)'", Pattern.DOTALL);
  private static final Pattern UNEXPECTED =
      Pattern.compile(
          "(?:mismatched input|extraneous input|no viable alternative at input) '(.*?)'(?: expecting.*)?",
          Pattern.DOTALL);
  private static final Pattern UNREADABLE =
      Pattern.compile("token recognition error at: '(.*)'", Pattern.DOTALL);
  private static final Pattern RESERVED = Pattern.compile("reserved identifier: (.*)");
  private static final Pattern FIELD =
      Pattern.compile("type '(.*)' does not support field selection");
  private static final int MOST_QUOTED = 40;

  private Refusal() {}

  static InvalidConditionException of(String text, CelValidationResult refused) {
    return of(refused.getErrors().stream().map(issue -> mistake(text, issue)).toList());
  }

  static InvalidConditionException of(List<Mistake> mistakes) {
    return new InvalidConditionException(
        mistakes.stream()
            .distinct()
            .sorted(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column))
            .toList());
  }

  private static Mistake mistake(String text, CelIssue issue) {
    return Places.mistake(text, issue.getSourceLocation(), words(issue.getMessage()));
  }

  private static String words(String message) {
    Matcher matcher = OVERLOAD.matcher(message);
    if (matcher.matches()) {
      return operator(matcher.group(1)) + " cannot be used with " + matcher.group(2);
    }
    matcher = TYPE.matcher(message);
    if (matcher.matches()) {
      return "this is " + matcher.group(2) + ", and " + matcher.group(1) + " is needed here";
    }
    matcher = UNEXPECTED.matcher(message);
    if (matcher.find()) {
      return matcher.group(1).equals("<EOF>")
          ? "the condition ends too soon (something is missing here)"
          : quoted(matcher.group(1)) + " is not expected here";
    }
    matcher = UNREADABLE.matcher(message);
    if (matcher.find()) {
      return quoted(matcher.group(1)) + " cannot be read (texts stand in quotation marks)";
    }
    matcher = RESERVED.matcher(message);
    if (matcher.find()) {
      return quoted(matcher.group(1)) + " is a word that CEL keeps for itself";
    }
    matcher = FIELD.matcher(message);
    if (matcher.find()) {
      return "a value of type " + matcher.group(1) + " has no parts to name behind a period";
    }
    return other(message);
  }

  private static String other(String message) {
    if (message.contains("recursion")) {
      return "the condition is nested too deeply (at most " + Vocabulary.DEEPEST + " deep)";
    }
    if (message.contains("nvalid argument to has() macro")) {
      return "has() takes a name behind a period, as in has(device.os_version)";
    }
    return "CEL cannot take this: " + quoted(message);
  }

  private static String operator(String function) {
    Matcher matcher = OPERATOR.matcher(function);
    if (function.equals(Functions.CHOICE)) {
      return "?:";
    }
    if (function.equals(Functions.INDEX)) {
      return "[ ]";
    }
    return matcher.matches() && !function.matches("[A-Za-z].*") ? matcher.group(1) : function;
  }

  private static String quoted(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ");
    return "'"
        + (line.codePointCount(0, line.length()) <= MOST_QUOTED
            ? line
            : line.substring(0, line.offsetByCodePoints(0, MOST_QUOTED)) + "…")
        + "'";
  }
}
