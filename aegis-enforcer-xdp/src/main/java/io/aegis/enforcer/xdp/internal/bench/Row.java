package io.aegis.enforcer.xdp.internal.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the result.
 *
 * @param name the work
 * @param unit of the values
 * @param values what it took
 * @param floor what its floor took in the same repetitions; null for what has none
 * @param budget the most that value ÷ floor may be, or the value itself where there is no floor;
 *     null where datapath.md sets none
 */
record Row(
    String name, String unit, Series values, @Nullable Series floor, @Nullable Double budget) {

  /** Returns a row without a floor and a budget. */
  static Row plain(String name, String unit, Series values) {
    return new Row(name, unit, values, null, null);
  }

  /** Returns value ÷ floor, repetition by repetition; null without a floor. */
  @Nullable Series ratio() {
    return floor == null ? null : values.dividedBy(floor);
  }

  /** Returns what the budget limits: the ratio, or the values where there is no floor. */
  Series limited() {
    Series ratio = ratio();
    return ratio == null ? values : ratio;
  }

  /** Returns whether the median is within the budget; null without a budget. */
  @Nullable Boolean isMet() {
    return budget == null ? null : limited().median() <= budget;
  }
}
