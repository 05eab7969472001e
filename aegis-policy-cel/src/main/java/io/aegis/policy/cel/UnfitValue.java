package io.aegis.policy.cel;

/** A value of a request that the interpreter should not see. Never leaves this package. */
final class UnfitValue extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String problem;

  UnfitValue(String problem) {
    super(problem, null, false, false); // the interpreter pays for stack traces otherwise
    this.problem = problem;
  }

  String problem() {
    return problem;
  }
}
