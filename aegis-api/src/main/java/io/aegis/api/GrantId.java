package io.aegis.api;

/**
 * The name of one grant. The control plane gives each number once; removals are addressed by it.
 *
 * @param value 1 to 2<sup>63</sup>−1
 */
public record GrantId(long value) implements Comparable<GrantId> {

  /**
   * Makes an id.
   *
   * @throws IllegalArgumentException if the value is not positive
   */
  public GrantId {
    if (value < 1) {
      throw new IllegalArgumentException("a grant id is positive: " + value);
    }
  }

  @Override
  public int compareTo(GrantId other) {
    return Long.compare(value, other.value);
  }

  /** Returns the number in decimal. */
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
