package io.aegis.policy.cel;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as they are written in conditions: {@code 15m}, {@code 1h30m}, {@code 7d}. */
final class DurationText {

  private static final Pattern FORM =
      Pattern.compile("(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,9})s)?");
  private static final Duration LONGEST = Duration.ofDays(3650);

  private DurationText() {}

  /**
   * Reads a duration. A day has 24 hours, whatever clocks do.
   *
   * @throws IllegalArgumentException if it is none, in words that follow its text
   */
  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new IllegalArgumentException(
          "is no duration (write days, hours, minutes and seconds, as in 7d, 1h30m or 90s)");
    }
    Duration duration =
        Duration.ofDays(number(matcher, 1))
            .plusHours(number(matcher, 2))
            .plusMinutes(number(matcher, 3))
            .plusSeconds(number(matcher, 4));
    if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "is out of range (write more than 0s and at most " + LONGEST.toDays() + "d)");
    }
    return duration;
  }

  private static long number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
