package io.aegis.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what somebody meant by a name that there is not. */
public final class Suggestion {

  private Suggestion() {}

  /**
   * Returns the likeliest of the names there are.
   *
   * @param written the name that there is not
   * @param names the names there are
   * @return the nearest by edits, or empty if none is near: more than a third of it differs
   */
  public static Optional<String> nearest(String written, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt((String name) -> edits(written, name)).thenComparing(n -> n))
        .filter(name -> edits(written, name) <= Math.max(2, written.length() / 3));
  }

  /**
   * Returns a question to put behind a message.
   *
   * @param written the name that there is not
   * @param names the names there are
   * @return {@code (did you mean 'x'?)} with a leading space, or an empty text
   */
  public static String didYouMean(String written, Collection<String> names) {
    return nearest(written, names).map(name -> " (did you mean '" + name + "'?)").orElse("");
  }

  /** Counts insertions, deletions, replacements and swaps of neighbors between two texts. */
  static int edits(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] = i == 0 ? j : j == 0 ? i : cell(table, a, b, i, j);
      }
    }
    return table[a.length()][b.length()];
  }

  private static int cell(int[][] table, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = table[i - 1][j - 1] + (same ? 0 : 1);
    best = Math.min(best, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
  }
}
