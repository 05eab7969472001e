package io.aegis.policy.document;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A document that is not a policy. The message lists every mistake with its place, one on each
 * line.
 */
public final class InvalidDocumentException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What was wrong. Not kept by serialization, which nothing here needs; the message is. */
  private final transient List<Problem> problems;

  /** How many more there were. */
  private final int more;

  InvalidDocumentException(List<Problem> problems, int more) {
    super(text(problems, more));
    this.problems = List.copyOf(problems);
    this.more = more;
  }

  private static String text(List<Problem> problems, int more) {
    String lines = problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
    return more == 0 ? lines : lines + "\nand " + more + " more";
  }

  /**
   * Returns what is wrong.
   *
   * @return at least one problem, in the order of their places
   */
  public List<Problem> problems() {
    return problems;
  }

  /**
   * Returns how many further problems there are that are not listed.
   *
   * @return 0, unless there are more than a thousand
   */
  public int more() {
    return more;
  }
}
