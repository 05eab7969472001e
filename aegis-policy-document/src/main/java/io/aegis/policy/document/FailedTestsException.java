package io.aegis.policy.document;

import java.util.List;
import java.util.stream.Collectors;

/** A policy does not do what its tests say. The message lists every failure, one on each line. */
public final class FailedTestsException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What failed. Not kept by serialization, which nothing here needs; the message is. */
  private final transient List<TestOutcome> failures;

  FailedTestsException(List<TestOutcome> failures) {
    super(failures.stream().map(TestOutcome::toString).collect(Collectors.joining("\n")));
    this.failures = List.copyOf(failures);
  }

  /**
   * Returns the tests that failed.
   *
   * @return at least one
   */
  public List<TestOutcome> failures() {
    return failures;
  }
}
