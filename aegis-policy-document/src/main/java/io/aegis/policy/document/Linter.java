package io.aegis.policy.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks for what is allowed and yet looks like a mistake, in bounded time. */
final class Linter {

  /** More than anybody reads. */
  static final int MOST = 1_000;

  private Linter() {}

  /** Returns the warnings about a document, in the order of their places. */
  static List<Warning> warnings(PolicyDocument document, Places places) {
    var warnings = new ArrayList<Warning>();
    TargetLint.check(document, places, warnings);
    RuleLint.check(document, places, warnings);
    warnings.sort(Comparator.comparing(Warning::place).thenComparing(Warning::kind));
    if (warnings.size() <= MOST) {
      return List.copyOf(warnings);
    }
    var first = new ArrayList<>(warnings.subList(0, MOST));
    first.add(
        new Warning(
            Place.START,
            Warning.Kind.INCOMPLETE,
            "there are more warnings than these " + MOST + "; mend some and look again"));
    return List.copyOf(first);
  }
}
