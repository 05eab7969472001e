package io.aegis.enforcer.tck;

/**
 * Where an enforcer and the reference disagree.
 *
 * @param seed what was generated from
 * @param number of the generated case; −1 for a case of a corpus
 * @param what who says what
 * @param entry the same as an entry of a corpus, shrunk, with what the reference says
 */
public record Disagreement(long seed, long number, String what, String entry) {

  @Override
  public String toString() {
    return what + "\n\n" + entry;
  }
}
