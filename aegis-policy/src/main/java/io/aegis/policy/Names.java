package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a name may be. Names reach the words that users and operators read, so a name that could
 * forge a line of a log is refused here, once, for all types.
 */
final class Names {

  /** Longer than any name that people give; short enough for a line of a log. */
  static final int LONGEST = 255;

  /** Room for the id that is made from two names with every character of both escaped. */
  static final int LONGEST_RULE_ID = 2_000;

  private Names() {}

  /** Returns {@code name}, or throws {@link IllegalArgumentException} saying what is wrong. */
  static String require(String name, String what) {
    return require(name, what, LONGEST);
  }

  /** Returns {@code id} if it can be the id of a rule, or throws as {@link #require} does. */
  static String requireRuleId(String id) {
    return require(id, "a rule id", LONGEST_RULE_ID);
  }

  private static String require(String name, String what, int longest) {
    requireNonNull(name, what);
    if (name.isBlank() || name.length() > longest || name.chars().anyMatch(Names::isControl)) {
      throw new IllegalArgumentException(
          what
              + " has 1 to "
              + longest
              + " characters, no control characters: '"
              + printable(name)
              + "'");
    }
    return name;
  }

  /** Returns an immutable copy of names that are all valid. */
  static Set<String> requireAll(Set<String> names, String what) {
    var copy = Set.copyOf(names);
    copy.forEach(name -> require(name, what));
    return copy;
  }

  /** Returns an immutable copy of a map whose keys are all valid. */
  static <T> Map<String, T> requireKeys(Map<String, T> map, String what) {
    var copy = Map.copyOf(map);
    copy.keySet().forEach(key -> require(key, what));
    return copy;
  }

  /** Returns the names in alphabetical order with commas between them. */
  static String sorted(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }

  // Line and paragraph separators break lines in some viewers, as control characters do.
  private static boolean isControl(int c) {
    return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
  }

  /** Returns the beginning of a text that was not checked, fit for a line of a log. */
  static String printable(String text) {
    return text.chars()
        .limit(LONGEST)
        .mapToObj(c -> isControl(c) ? "?" : Character.toString(c))
        .collect(Collectors.joining());
  }
}
