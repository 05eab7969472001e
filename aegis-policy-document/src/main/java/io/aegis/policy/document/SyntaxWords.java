package io.aegis.policy.document;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says in our words what breaks the syntax of YAML, and what to do about it. */
final class SyntaxWords {

  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  // From the more special to the more general; the left side is part of what the library says.
  static {
    WORDS.put("character '\\t", "a tab cannot stand here (indent with spaces)");
    WORDS.put(
        "mapping values are not allowed",
        "no ':' can stand here (indent it as its neighbors, or put the text in quotes)");
    WORDS.put("could not find expected ':'", "a ':' is missing behind the key");
    WORDS.put("unexpected end of stream", "a quote is not closed");
    WORDS.put(
        "found unknown escape character",
        "there is no such escape (write '\\\\' for a backslash, or use single quotes)");
    WORDS.put(
        "block sequence entries are not allowed",
        "no list can begin here (put it on a line of its own)");
    WORDS.put("but got ','", "a ',' too many");
    WORDS.put("',' or ']'", "a list in brackets lacks its ',' or ']'");
    WORDS.put("',' or '}'", "a mapping in braces lacks its ',' or '}'");
    WORDS.put("expected <block end>", "the indentation fits nothing above it");
    WORDS.put("but found '<document end>'", "the document is empty (begin with 'format: 1')");
    WORDS.put("undefined alias", "aliases are refused");
    WORDS.put(
        "cannot start any token", "nothing can begin with this character (put the text in quotes)");
    WORDS.put("document separator", "a quote is not closed before the document ends");
  }

  /** A value that begins with a quote, which ends before the value does. */
  private static final Pattern BEHIND_QUOTE =
      Pattern.compile("(?:[:,{\\[-]|^)\\s*+(?:\"[^\"]*+\"|'[^']*+')\\s*+[&|*%@`>=!]*+\\s*+$");

  private static final String NO_START = "expected '<document start>'";

  private SyntaxWords() {}

  /** Returns what is wrong at a place of a text. */
  static String of(MarkedYamlEngineException e, SourceText source, Place place) {
    String problem = String.valueOf(e.getProblem());
    if (BEHIND_QUOTE.matcher(source.before(place)).find()) {
      return "text stands behind a closing quote (put all of it in single quotes, or in lines"
          + " below a '|')";
    }
    if (problem.contains(NO_START)) {
      return source.hasLineBefore(place, "...")
          ? "this stands behind the end '...' (move it above that line)"
          : "this belongs to nothing above it (a document is one mapping from keys to values)";
    }
    return WORDS.entrySet().stream()
        .filter(entry -> problem.contains(entry.getKey()))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseGet(() -> Printable.line(problem));
  }
}
