package io.aegis.enforcer.xdp.internal.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the result.
 *
 * @param name the work
 * @param unit of the values
 * @param values what it took; null if it could not be measured
 * @param floor what its floor took in the same repetitions; null for what has none
 * @param budget the most that value ÷ floor may be, or the value itself where there is no floor;
 *     null where datapath.md sets none
 * @param obstacle why it could not be measured; null if it was
 */
record Row(
    String name,
    String unit,
    @Nullable Series values,
    @Nullable Series floor,
    @Nullable Double budget,
    @Nullable String obstacle) {

  Row {
    if ((values == null) == (obstacle == null)) {
      throw new IllegalArgumentException(
          name + " is either measured, or something stood in the way");
    }
  }

  /** Makes a row of something that was measured. */
  Row(String name, String unit, Series values, @Nullable Series floor, @Nullable Double budget) {
    this(name, unit, values, floor, budget, null);
  }

  /** Returns a row of something that could not be measured. */
  static Row notMeasured(String name, String unit, @Nullable Double budget, String obstacle) {
    return new Row(name, unit, null, null, budget, obstacle);
  }

  /** Returns a row without a floor and a budget. */
  static Row plain(String name, String unit, Series values) {
    return new Row(name, unit, values, null, null);
  }

  /** Returns value ÷ floor, repetition by repetition; null without a floor. */
  @Nullable Series ratio() {
    return (floor == null || values == null) ? null : values.dividedBy(floor);
  }

  /** Returns what the budget limits: the ratio, or the values where there is no floor. */
  @Nullable Series limited() {
    Series ratio = ratio();
    return ratio == null ? values : ratio;
  }

  /** Returns whether the median is within the budget; null without one or the other. */
  @Nullable Boolean isMet() {
    Series limited = limited();
    return (budget == null || limited == null) ? null : limited.median() <= budget;
  }
}
