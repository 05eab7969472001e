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

  private final List<Problem> found = new ArrayList<>();
  private int more;
  private int guesses;

  void add(Place place, String message) {
    if (found.size() < MOST) {
      found.add(new Problem(place, Printable.line(message)));
    } else {
      more++;
    }
  }

  /** Adds a problem with a name that there is not, and what may have been meant. */
  void addUnknown(Place place, String message, String written, Collection<String> names) {
    boolean guess = guesses++ < MOST_GUESSES;
    add(place, guess ? message + Guess.didYouMean(written, names) : message);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Ends quietly if nothing was wrong.
   *
   * @throws InvalidDocumentException with all problems otherwise
   */
  void throwIfAny() throws InvalidDocumentException {
    if (!found.isEmpty()) {
      found.sort(Comparator.comparing(Problem::place));
      throw new InvalidDocumentException(found, more);
    }
  }
}
