package io.aegis.enforcer.xdp.internal.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the result.
 *
 * @param name the work
 * @param unit of the values
 * @param values what it took
 * @param floor what its floor took in the same repetitions; null for what has none
 * @param budget the most that value ÷ floor may be; null where datapath.md sets none
 */
record Row(
    String name, String unit, Series values, @Nullable Series floor, @Nullable Double budget) {

  Row {
    if (budget != null && floor == null) {
      throw new IllegalArgumentException(name + ": a budget is a multiple of a floor");
    }
  }

  /** Returns a row without a floor. */
  static Row plain(String name, String unit, Series values) {
    return new Row(name, unit, values, null, null);
  }

  /** Returns value ÷ floor, repetition by repetition; null without a floor. */
  @Nullable Series ratio() {
    return floor == null ? null : values.dividedBy(floor);
  }

  /** Returns whether the median ratio is within the budget; null without a budget. */
  @Nullable Boolean isMet() {
    Series ratio = ratio();
    if (budget == null || ratio == null) {
      return null;
    }
    return ratio.median() <= budget;
  }
}
