package io.aegis.policy.document;

import java.util.Comparator;

/**
 * Where something stands in a document, as editors count.
 *
 * @param line 1 for the first line
 * @param column 1 for the first character of a line; a character outside the basic plane counts
 *     once
 */
public record Place(int line, int column) implements Comparable<Place> {

  private static final Comparator<Place> READING_ORDER =
      Comparator.comparingInt(Place::line).thenComparingInt(Place::column);

  /** The beginning of a document. */
  static final Place START = new Place(1, 1);

  /**
   * Makes a place.
   *
   * @throws IllegalArgumentException if a number is less than 1
   */
  public Place {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("lines and columns count from 1: " + line + ", " + column);
    }
  }

  /** Orders places as they are read. */
  @Override
  public int compareTo(Place other) {
    return READING_ORDER.compare(this, other);
  }

  /** Returns for example {@code line 3, column 5}. */
  @Override
  public String toString() {
    return "line " + line + ", column " + column;
  }
}
