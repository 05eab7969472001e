package io.aegis.policy.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Guesses what was meant by a name that there is not, in bounded time. */
final class Guess {

  /** Names beyond these are not looked at: a guess must not cost more than reading did. */
  private static final int MOST_NAMES = 2_000;

  private static final int SHORTEST_NAME = 3;
  private static final int LONGEST_NAME = 64;

  private Guess() {}

  /** Returns {@code (did you mean 'x'?)} with a leading space, or nothing. */
  static String didYouMean(String written, Collection<String> names) {
    return nearest(written, names).map(name -> " (did you mean '" + name + "'?)").orElse("");
  }

  private static Optional<String> nearest(String written, Collection<String> names) {
    if (written.length() < SHORTEST_NAME || written.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    int most = written.length() / 3;
    return names.stream()
        .limit(MOST_NAMES)
        .filter(name -> Math.abs(name.length() - written.length()) <= most)
        .flatMap(name -> Stream.of(new Candidate(name, distance(written, name))))
        .filter(candidate -> candidate.distance() <= most)
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  private record Candidate(String name, int distance) {}

  /** Counts what must be inserted, deleted, replaced or swapped; three rows are all it needs. */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1 && j > 1 && isSwap(a, i, b, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }

  private static boolean isSwap(String a, int i, String b, int j) {
    return a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
