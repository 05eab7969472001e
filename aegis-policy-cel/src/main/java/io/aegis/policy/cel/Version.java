package io.aegis.policy.cel;

import java.util.Arrays;

/**
 * A version: one to eight numbers with periods between them, and what a maker may have written
 * behind them. Missing numbers are zero, so that 14.5 and 14.5.0 are the same.
 *
 * <p>What {@code -rc1} means against {@code -91-generic} differs from maker to maker. It matters
 * only where all numbers are equal, and there nobody can tell.
 */
final class Version {

  private static final int MOST_NUMBERS = 8;
  private static final int MOST_DIGITS = 18;
  private static final int LONGEST_SUFFIX = 100;

  private final long[] numbers;
  private final boolean hasSuffix;

  private Version(long[] numbers, boolean hasSuffix) {
    this.numbers = numbers;
    this.hasSuffix = hasSuffix;
  }

  /**
   * Reads a version.
   *
   * @throws IllegalArgumentException if it is none, in words that follow its text
   */
  static Version parse(String text) {
    // By hand: with regular expressions this would be most of the time of a decision.
    long[] numbers = new long[MOST_NUMBERS];
    int count = 0;
    int end = -1;
    do {
      int start = end + 1;
      end = endOfDigits(text, start);
      if (end == start || end - start > MOST_DIGITS || count == MOST_NUMBERS) {
        throw notAVersion();
      }
      numbers[count++] = Long.parseLong(text, start, end, 10);
    } while (end < text.length() && text.charAt(end) == '.');
    return new Version(Arrays.copyOf(numbers, count), isSuffix(text, end));
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Returns whether there is anything behind the numbers, which has to look like a suffix. */
  private static boolean isSuffix(String text, int from) {
    if (from >= text.length()) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && "+~_-".indexOf(c) < 0 && !(i > from && (isDigit(c) || c == '.'))) {
        throw notAVersion();
      }
    }
    if (text.length() - from > LONGEST_SUFFIX) {
      throw notAVersion();
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException notAVersion() {
    return new IllegalArgumentException(
        "is no version (write up to " + MOST_NUMBERS + " numbers, as in 14.5.1)");
  }

  /**
   * Reads a version that stands in a condition, which says exactly what it means.
   *
   * @throws IllegalArgumentException if it is none, in words that follow its text
   */
  static Version parseExact(String text) {
    Version version = parse(text);
    if (version.hasSuffix) {
      throw new IllegalArgumentException(
          "has more than numbers (write the numbers alone, as in 14.5.1)");
    }
    return version;
  }

  /** Returns how the numbers compare: negative, zero, or positive. */
  int compareNumbers(Version other) {
    int longer = Math.max(numbers.length, other.numbers.length);
    for (int i = 0; i < longer; i++) {
      int order = Long.compare(number(i), other.number(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private long number(int index) {
    return index < numbers.length ? numbers[index] : 0;
  }

  boolean hasSuffix() {
    return hasSuffix;
  }
}
