package io.aegis.policy.cel;

import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationResult;
import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says in words of ours what the parser and the type checker of CEL object to. */
final class Refusal {

  /** A complaint of CEL, and what we say instead. */
  private record Complaint(Pattern pattern, Function<Matcher, String> words) {}

  private static final List<Complaint> COMPLAINTS =
      List.of(
          complaint(
              "found no matching overload for '_[!=]=_' applied to '\\(list\\(.*?\\), string\\)'.*",
              found -> "a list is no text (write \"x\" in auth.methods for one of it)"),
          complaint(
              "found no matching overload for '(.+)' applied to '(.*?)' \\(candidates.*",
              found -> operator(found.group(1)) + " cannot be used with " + found.group(2)),
          complaint(
              "expected type '(.*)' but found '(.*)'",
              found -> "this is " + found.group(2) + ", and " + found.group(1) + " is needed here"),
          complaint(
              "(?:mismatched input|extraneous input|no viable alternative at input) '<EOF>'.*",
              found -> "the condition ends too soon (something is missing here)"),
          complaint(
              "(?:mismatched input|extraneous input|no viable alternative at input)"
                  + " '(.*?)'(?: expecting.*)?",
              found -> quoted(found.group(1)) + " is not expected here" + meant(found.group(1))),
          complaint("missing '(.*)' at '.*'", found -> quoted(found.group(1)) + " is missing here"),
          complaint(
              "token recognition error at: '(.*)'",
              found ->
                  found.group(1).startsWith("=")
                      ? "'=' cannot be read (write == to compare)"
                      : quoted(found.group(1))
                          + " cannot be read (texts stand in quotation marks)"),
          complaint(
              "reserved identifier: (.*)",
              found -> quoted(found.group(1)) + " is a word that CEL keeps for itself"),
          complaint(
              "type '(.*)' does not support field selection",
              found ->
                  "a value of type " + found.group(1) + " has no parts to name behind a period"),
          complaint(
              "(?:For input string: \"|String value )([^\" ]*).*",
              found -> quoted(found.group(1)) + " is too large a number"),
          complaint(
              ".*must be a simple name.*",
              found -> "a loop begins with a name, as in exists(x, x == 1)"),
          complaint(
              ".*(?:code point|escape|hex |octal).*",
              found -> "this text has something in it that is no character"),
          complaint(
              "unsupported (?:syntax|identifier).*",
              found -> "this way to write a name is not available in conditions"),
          complaint(
              ".*recursion.*",
              found ->
                  "the condition is nested too deeply (at most " + Vocabulary.DEEPEST + " deep)"),
          complaint(
              ".*nvalid argument to has\\(\\) macro.*",
              found -> "has() takes a name behind a period, as in has(device.os_version)"));

  private static final Pattern OPERATOR = Pattern.compile("[_@]*([^_@]+)_*:?_*");
  private static final int MOST_QUOTED = 40;

  /** Nobody mends more at a time, and most are of the first one's making. */
  private static final int MOST_MISTAKES = 20;

  private Refusal() {}

  static InvalidConditionException of(String text, CelValidationResult refused) {
    return of(refused.getErrors().stream().map(issue -> mistake(text, issue)).toList());
  }

  static InvalidConditionException of(List<Mistake> mistakes) {
    return new InvalidConditionException(
        mistakes.stream()
            .distinct()
            .sorted(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column))
            .limit(MOST_MISTAKES)
            .toList());
  }

  private static Mistake mistake(String text, CelIssue issue) {
    return Places.mistake(text, issue.getSourceLocation(), words(issue.getMessage()));
  }

  private static Complaint complaint(String pattern, Function<Matcher, String> words) {
    return new Complaint(Pattern.compile(pattern, Pattern.DOTALL), words);
  }

  private static String words(String message) {
    for (Complaint complaint : COMPLAINTS) {
      Matcher matcher = complaint.pattern.matcher(message);
      if (matcher.matches()) {
        return complaint.words.apply(matcher);
      }
    }
    return "this cannot be understood here (write it in another way)";
  }

  /** What other languages write, and what that is here. */
  private static String meant(String written) {
    return switch (written) {
      case "and", "AND" -> " (write &&)";
      case "or", "OR" -> " (write ||)";
      case "not", "NOT" -> " (write !)";
      default -> "";
    };
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

  /** Returns the beginning of a text in quotation marks. */
  static String quoted(String text) {
    String line = onOneLine(text);
    return "'"
        + (line.codePointCount(0, line.length()) <= MOST_QUOTED
            ? line
            : line.substring(0, line.offsetByCodePoints(0, MOST_QUOTED)) + "…")
        + "'";
  }

  /** Returns a text of which nobody can make two lines of a log. */
  static String onOneLine(@Nullable String text) {
    return text == null ? "" : text.replaceAll("[\\p{Cc}\\u2028\\u2029]", " ");
  }
}
