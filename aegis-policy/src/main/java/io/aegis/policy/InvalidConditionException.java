package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A text that is no condition of its language. The message lists every mistake with its place, one
 * on each line.
 */
public final class InvalidConditionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * One mistake.
   *
   * @param line the line it is in, from 1
   * @param column the column it begins at, from 1, in characters as {@link String} counts them
   * @param text what is wrong and what to do
   */
  public record Mistake(int line, int column, String text) implements Serializable {

    /**
     * Makes a mistake.
     *
     * @throws IllegalArgumentException if the place is none
     */
    public Mistake {
      requireNonNull(text, "text");
      if (line < 1 || column < 1) {
        throw new IllegalArgumentException("lines and columns begin at 1: " + line + ":" + column);
      }
    }

    /** Returns for example {@code line 1, column 5: unknown name 'devce'}. */
    @Override
    public String toString() {
      return "line " + line + ", column " + column + ": " + text;
    }
  }

  /** What was wrong, in the order of places. */
  private final Mistake[] mistakes;

  /**
   * Makes an exception of every mistake in a condition.
   *
   * @param mistakes at least one, in the order of places
   * @throws IllegalArgumentException if there is none
   */
  public InvalidConditionException(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
    if (mistakes.isEmpty()) {
      throw new IllegalArgumentException("an invalid condition has at least one mistake");
    }
    this.mistakes = mistakes.toArray(Mistake[]::new);
  }

  /**
   * Makes an exception of one mistake.
   *
   * @param line the line it is in, from 1
   * @param column the column it begins at, from 1
   * @param text what is wrong and what to do
   * @throws IllegalArgumentException if the place is none
   */
  public InvalidConditionException(int line, int column, String text) {
    this(List.of(new Mistake(line, column, text)));
  }

  /**
   * Returns the mistakes.
   *
   * @return at least one, in the order of places
   */
  public List<Mistake> mistakes() {
    return List.of(mistakes);
  }
}
