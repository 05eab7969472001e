package io.aegis.enforcer.xdp.internal.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What was measured of one thing, one value for each repetition.
 *
 * @param values in the order of the repetitions, at least one
 */
record Series(List<Double> values) {

  Series {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
  }

  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int upper = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(upper)
        : (sorted.get(upper - 1) + sorted.get(upper)) / 2;
  }

  double least() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double most() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /**
   * Divides repetition by repetition, so that what disturbed both at one time cancels out.
   *
   * @throws IllegalArgumentException if the other one has another number of repetitions
   */
  Series dividedBy(Series other) {
    if (values.size() != other.values.size()) {
      throw new IllegalArgumentException(
          values.size() + " repetitions cannot be divided by " + other.values.size());
    }
    return new Series(
        IntStream.range(0, values.size())
            .mapToObj(i -> values.get(i) / other.values.get(i))
            .toList());
  }
}
