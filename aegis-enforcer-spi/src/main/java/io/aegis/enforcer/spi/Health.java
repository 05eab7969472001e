package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Whether the datapath is in place.
 *
 * @param problems one line for each thing that is wrong; empty when all is well
 */
public record Health(List<String> problems) {

  /** All is well. */
  public static final Health GREEN = new Health(List.of());

  /** Makes a health report. */
  public Health {
    requireNonNull(problems, "problems");
    problems = List.copyOf(problems);
  }

  /**
   * Returns whether all is well.
   *
   * @return true without problems
   */
  public boolean isGreen() {
    return problems.isEmpty();
  }
}
