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
    return List.copyOf(warnings.subList(0, Math.min(MOST, warnings.size())));
  }
}
