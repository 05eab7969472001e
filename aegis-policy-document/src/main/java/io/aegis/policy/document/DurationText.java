package io.aegis.policy.document;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 30s}, {@code 15m}, {@code 8h}, {@code 1d12h}. */
final class DurationText {

  /** What durations are like: each unit once, the largest first. */
  static final String PATTERN =
      "([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?";

  /** What they are, in words. */
  static final String NAME = "a duration such as 30s, 15m, 8h or 1d12h";

  private static final List<ChronoUnit> UNITS =
      List.of(
          ChronoUnit.DAYS,
          ChronoUnit.HOURS,
          ChronoUnit.MINUTES,
          ChronoUnit.SECONDS,
          ChronoUnit.MILLIS);
  private static final List<String> SYMBOLS = List.of("d", "h", "m", "s", "ms");
  private static final Pattern WHOLE = Pattern.compile(PATTERN);

  private DurationText() {}

  /**
   * Reads a duration.
   *
   * @throws BadTextException if the text is none
   */
  static Duration parse(String text) throws BadTextException {
    Matcher matcher = WHOLE.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new BadTextException(0, "expected " + NAME + ", found " + Printable.quote(text));
    }
    Duration sum = Duration.ZERO;
    for (int i = 0; i < UNITS.size(); i++) {
      String part = matcher.group(i + 1);
      if (part != null) {
        long number = Long.parseLong(part, 0, part.length() - SYMBOLS.get(i).length(), 10);
        sum = sum.plus(UNITS.get(i).getDuration().multipliedBy(number));
      }
    }
    return sum;
  }

  /** Writes a duration of whole milliseconds so that {@link #parse} reads an equal one. */
  static String format(Duration duration) {
    var text = new StringBuilder();
    long rest = duration.toMillis();
    for (int i = 0; i < UNITS.size(); i++) {
      long unit = UNITS.get(i).getDuration().toMillis();
      if (rest >= unit) {
        text.append(rest / unit).append(SYMBOLS.get(i));
        rest %= unit;
      }
    }
    return text.isEmpty() ? "0s" : text.toString();
  }
}
