package io.aegis.policy.cel;

import java.util.Arrays;
import java.util.Optional;

/** The helpers that compare two versions. */
enum VersionOrder {
  AT_LEAST("version_at_least"),
  AT_MOST("version_at_most"),
  ABOVE("version_above"),
  BELOW("version_below"),
  EQUALS("version_equals");

  private final String function;

  VersionOrder(String function) {
    this.function = function;
  }

  static Optional<VersionOrder> of(String function) {
    return Arrays.stream(values()).filter(order -> order.function.equals(function)).findFirst();
  }

  String function() {
    return function;
  }

  Truth test(Version a, Version b) {
    int order = a.compareNumbers(b);
    return order == 0 && (a.hasSuffix() || b.hasSuffix()) ? Truth.UNKNOWN : Truth.of(holds(order));
  }

  private boolean holds(int order) {
    return switch (this) {
      case AT_LEAST -> order >= 0;
      case AT_MOST -> order <= 0;
      case ABOVE -> order > 0;
      case BELOW -> order < 0;
      case EQUALS -> order == 0;
    };
  }
}
