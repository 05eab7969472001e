package io.aegis.policy.cel;

import java.util.Collection;
import java.util.Comparator;

/** Finds what somebody probably meant. */
final class Nearest {

  private static final int LONGEST_NAME = 40;

  private Nearest() {}

  /** Returns {@code ; did you mean 'x'?}, or nothing if no candidate is near. */
  static String hint(String written, Collection<String> candidates) {
    if (written.length() > LONGEST_NAME) {
      return "";
    }
    int most = written.length() < 4 ? 1 : written.length() < 7 ? 2 : 3;
    return candidates.stream()
        .filter(candidate -> distance(written, candidate) <= most)
        .min(Comparator.comparingInt(candidate -> distance(written, candidate)))
        .map(candidate -> "; did you mean '" + candidate + "'?")
        .orElse("");
  }

  /** How many letters have to be put in, left out or changed. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
