package io.aegis.policy.document;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Collects everything that is wrong with a document, so that it can be told at once. Used by one
 * thread.
 */
final class Problems {

  /** More than anybody reads; without it a document of 10 MB could ask for ten times that. */
  static final int MOST = 1_000;

  /** A guess compares with every name there is, so only the first unknown names get one. */
  private static final int MOST_GUESSES = 100;

  private final Found found;
  private final int line;

  /** Collects the problems of one text. */
  Problems() {
    this(new Found(), 1);
  }

  private Problems(Found found, int line) {
    this.found = found;
    this.line = line;
  }

  /** What was found, in whatever part. */
  private static final class Found {
    private final List<Problem> problems = new ArrayList<>();
    private int more;
    private int guesses;
  }

  /**
   * Returns what collects problems of a part that begins at a line, together with those of this.
   */
  Problems ofLine(int first) {
    return new Problems(found, first);
  }

  void add(Place place, String message) {
    if (found.problems.size() < MOST) {
      var moved = new Place(place.line() + line - 1, place.column());
      found.problems.add(new Problem(moved, Printable.line(message)));
    } else {
      found.more++;
    }
  }

  /** Adds a problem with a name that there is not, and what may have been meant. */
  void addUnknown(Place place, String message, String written, Collection<String> names) {
    boolean guess = found.guesses++ < MOST_GUESSES;
    add(place, guess ? message + Guess.didYouMean(written, names) : message);
  }

  boolean isEmpty() {
    return found.problems.isEmpty();
  }

  /**
   * Ends quietly if nothing was wrong.
   *
   * @throws InvalidDocumentException with all problems otherwise
   */
  void throwIfAny() throws InvalidDocumentException {
    if (!isEmpty()) {
      found.problems.sort(Comparator.comparing(Problem::place));
      throw new InvalidDocumentException(found.problems, found.more);
    }
  }
}
