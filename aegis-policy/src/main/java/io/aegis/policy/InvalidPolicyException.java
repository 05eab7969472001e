package io.aegis.policy;

import java.util.List;

/** A policy that contradicts itself. The message lists every mistake, one on each line. */
public final class InvalidPolicyException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** What was wrong, one line each, in the order found. */
  private final String[] mistakes;

  InvalidPolicyException(long version, List<String> mistakes) {
    super("policy version " + version + " is refused:\n" + String.join("\n", mistakes));
    this.mistakes = mistakes.toArray(String[]::new);
  }

  /**
   * Returns the mistakes in words.
   *
   * @return at least one, each on one line
   */
  public List<String> mistakes() {
    return List.of(mistakes);
  }
}
