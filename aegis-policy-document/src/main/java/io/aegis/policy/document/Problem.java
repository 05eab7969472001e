package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

/**
 * Something that is wrong with a document.
 *
 * @param place where
 * @param message what is wrong and what to do, on one line
 */
public record Problem(Place place, String message) {

  /** Makes a problem. */
  public Problem {
    requireNonNull(place, "place");
    requireNonNull(message, "message");
  }

  /** Returns for example {@code line 3, column 5: a rule has no key 'premit'}. */
  @Override
  public String toString() {
    return place + ": " + message;
  }
}
