package io.aegis.policy.cel;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the hours of a week as they are written in conditions: windows with semicolons between
 * them, each of days and hours, as in {@code Mon-Thu 08:00-18:00; Fri 08:00-15:00}. Without days a
 * window is of every day. A window that does not end after it begins ends on the next day.
 */
final class WeekText {

  static final int MINUTES_OF_DAY = 24 * 60;
  static final int MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY;

  private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
  private static final String DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
  private static final Pattern WINDOW =
      Pattern.compile(
          "(?:(%1$s(?:-%1$s)?(?:, ?%1$s(?:-%1$s)?){0,6}) )?([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})"
              .formatted(DAY));
  private static final int MOST_WINDOWS = 50;
  private static final String FORM =
      " (write days and hours, as in Mon-Fri 08:00-18:00; Sat,Sun 10:00-14:00)";

  private WeekText() {}

  /**
   * Returns the minutes of the week that are within, from the midnight on which Monday begins.
   *
   * @throws IllegalArgumentException if the text is not of this form, in words that follow it
   */
  static BitSet parse(String text) {
    String[] windows = text.split(";", -1);
    if (windows.length > MOST_WINDOWS) {
      throw new IllegalArgumentException("has more than " + MOST_WINDOWS + " windows");
    }
    var minutes = new BitSet(MINUTES_OF_WEEK);
    for (String window : windows) {
      Matcher matcher = WINDOW.matcher(window.strip());
      if (!matcher.matches()) {
        String which = windows.length == 1 ? "" : ", because of " + Refusal.quoted(window.strip());
        throw new IllegalArgumentException("is not hours of a week" + which + FORM);
      }
      String days = matcher.group(1);
      add(
          minutes,
          days == null ? "Mon-Sun" : days,
          minute(matcher.group(2), matcher.group(3), false),
          minute(matcher.group(4), matcher.group(5), true));
    }
    return minutes;
  }

  private static int minute(String hour, String minute, boolean mayEndTheDay) {
    int result = Integer.parseInt(hour) * 60 + Integer.parseInt(minute);
    boolean isTime = Integer.parseInt(minute) < 60 && result < MINUTES_OF_DAY;
    if (!isTime && !(mayEndTheDay && result == MINUTES_OF_DAY && minute.equals("00"))) {
      throw new IllegalArgumentException(
          "has no time of day in '"
              + hour
              + ":"
              + minute
              + "' (write 00:00 to 23:59, or 24:00 as an end)");
    }
    return result;
  }

  private static void add(BitSet minutes, String days, int start, int end) {
    if (start == end) {
      throw new IllegalArgumentException(
          "has a window that ends when it begins (write 00:00-24:00 for whole days)");
    }
    int length = end > start ? end - start : end - start + MINUTES_OF_DAY;
    for (String range : days.split(", ?", -1)) {
      int first = DAYS.indexOf(range.substring(0, 3));
      int last = DAYS.indexOf(range.substring(range.length() - 3));
      int count = Math.floorMod(last - first, 7);
      for (int day = first; day <= first + count; day++) {
        addCyclic(minutes, Math.floorMod(day, 7) * MINUTES_OF_DAY + start, length);
      }
    }
  }

  private static void addCyclic(BitSet minutes, int from, int length) {
    int until = from + length;
    minutes.set(from, Math.min(until, MINUTES_OF_WEEK));
    if (until > MINUTES_OF_WEEK) {
      minutes.set(0, until - MINUTES_OF_WEEK);
    }
  }
}
