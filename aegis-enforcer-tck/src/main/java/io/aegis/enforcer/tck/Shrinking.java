package io.aegis.enforcer.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a failing case smaller while it still fails: fewer frames, grants and rules, then fewer
 * words in each, then fewer bytes. Whatever is no case any more does not fail.
 */
final class Shrinking {
  private final Predicate<FuzzCase> fails;
  private final BooleanSupplier isOver;
  private FuzzCase smallest;

  private Shrinking(FuzzCase failing, Predicate<FuzzCase> fails, BooleanSupplier isOver) {
    this.smallest = failing;
    this.fails = fails;
    this.isOver = isOver;
  }

  /**
   * Shrinks until nothing gets smaller or there is no time left.
   *
   * @param isOver whether there is no time left
   */
  static FuzzCase shrink(FuzzCase failing, Predicate<FuzzCase> fails, BooleanSupplier isOver) {
    var shrinking = new Shrinking(failing, fails, isOver);
    FuzzCase before;
    do {
      before = shrinking.smallest;
      shrinking.round();
    } while (!before.equals(shrinking.smallest) && !isOver.getAsBoolean());
    return shrinking.smallest;
  }

  private void round() {
    fewer(smallest.frames(), smallest::withFrames);
    fewer(smallest.grants(), lines -> smallest.withGrants(lines));
    fewer(smallest.settings(), lines -> smallest.withSettings(lines));
    simpler(smallest.frames(), texts -> smallest.withFrames(texts), " / ");
    simpler(smallest.frames(), texts -> smallest.withFrames(texts), " ");
    simpler(smallest.grants(), lines -> smallest.withGrants(lines), " ");
    simpler(smallest.settings(), lines -> smallest.withSettings(lines), " ");
    shorter();
  }

  private boolean tryOut(FuzzCase candidate) {
    if (isOver.getAsBoolean() || candidate.equals(smallest) || !stillFails(candidate)) {
      return false;
    }
    smallest = candidate;
    return true;
  }

  private boolean stillFails(FuzzCase candidate) {
    try {
      return fails.test(candidate);
    } catch (IllegalArgumentException e) {
      return false; // no case any more
    }
  }

  /** Leaves out elements: halves, quarters, and so on down to single ones. */
  private void fewer(List<String> elements, Function<List<String>, FuzzCase> with) {
    List<String> left = elements;
    for (int chunk = Math.max(1, left.size() / 2); chunk > 0; chunk /= 2) {
      for (int at = 0; at < left.size(); ) {
        List<String> without = without(left, at, chunk);
        if (tryOut(with.apply(without))) {
          left = without;
        } else {
          at += chunk;
        }
      }
    }
  }

  private static List<String> without(List<String> elements, int at, int count) {
    var rest = new ArrayList<>(elements.subList(0, at));
    rest.addAll(elements.subList(Math.min(elements.size(), at + count), elements.size()));
    return rest;
  }

  /** Leaves out parts of each line, one or two together. */
  private void simpler(
      List<String> lines, Function<List<String>, FuzzCase> with, String separator) {
    var left = new ArrayList<>(lines);
    for (int i = 0; i < left.size(); i++) {
      for (int count = 2; count > 0; count--) {
        for (int at = 0; at < parts(left.get(i), separator).size(); ) {
          String before = left.get(i);
          left.set(i, String.join(separator, without(parts(before, separator), at, count)));
          if (!tryOut(with.apply(left))) {
            left.set(i, before);
            at++;
          }
        }
      }
    }
  }

  private static List<String> parts(String line, String separator) {
    return Arrays.asList(line.split(separator, -1));
  }

  /** Halves what is written as one long word of hexadecimal digits. */
  private void shorter() {
    var left = new ArrayList<>(smallest.frames());
    for (int i = 0; i < left.size(); i++) {
      for (String word : parts(left.get(i), " ")) {
        String half = word.substring(0, word.length() / 4 * 2);
        if (word.matches("[0-9a-f]{8,}")) {
          String before = left.get(i);
          left.set(i, before.replace(word, half));
          if (!tryOut(smallest.withFrames(left))) {
            left.set(i, before);
          }
        }
      }
    }
  }
}
