package io.aegis.policy.cel;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.BitSet;

/**
 * Hours of the week in a time zone. An instant is within them if a clock on the wall there shows a
 * time that is: where clocks are set forward, what they skip does not happen, and where they are
 * set back, what they show twice is within twice.
 *
 * <p>Immutable but for the stretches of time that were asked about last, which are kept: instants
 * that follow each other mostly lie in the same one. Any number of threads may ask; they exchange
 * whole arrays, which nobody writes to afterwards.
 */
final class WeeklyHours {

  /** A stretch of time in which the answer is the same; in seconds, the end excluded. */
  private record Stretch(long from, long until, Instant end, boolean within) {
    boolean holds(long second) {
      return from <= second && second < until;
    }
  }

  // Two boundaries for each window and the changes of the clock within a few weeks: it never takes
  // this many. If it did, an end that is too soon is still right.
  private static final int MOST_BOUNDARIES = 1_000;

  /** Now, and the next few, which an evaluation that looks ahead asks about. */
  private static final int MOST_RECENT = 4;

  private static final long SECONDS_OF_DAY = 86_400;
  private static final long SECONDS_OF_WEEK = 7 * SECONDS_OF_DAY;

  /** What the epoch is away from a Monday's midnight: 1970-01-01 was a Thursday. */
  private static final long EPOCH_IN_WEEK = 3 * SECONDS_OF_DAY;

  private static final long LAST_SECOND = Instant.MAX.getEpochSecond();

  private final BitSet minutes;
  private final ZoneRules zone;
  private final boolean always;

  private volatile Stretch[] recent = new Stretch[0];

  private WeeklyHours(BitSet minutes, ZoneRules zone) {
    this.minutes = minutes;
    this.zone = zone;
    this.always = minutes.cardinality() == WeekText.MINUTES_OF_WEEK;
  }

  /**
   * Reads hours.
   *
   * @param text as {@link WeekText} reads them
   * @param zone where the clock hangs
   * @throws IllegalArgumentException if the text is no hours, in words that follow it
   */
  static WeeklyHours parse(String text, ZoneId zone) {
    return new WeeklyHours(WeekText.parse(text), zone.getRules());
  }

  /** Tells {@code moment} until when, and returns whether it is within. */
  boolean isWithin(Moment moment) {
    long second = moment.now().getEpochSecond();
    Stretch stretch = find(second);
    moment.until(stretch.end);
    return stretch.within;
  }

  private Stretch find(long second) {
    Stretch[] known = recent;
    for (Stretch stretch : known) {
      if (stretch.holds(second)) {
        return stretch;
      }
    }
    Stretch found = stretch(second);
    var kept = new Stretch[Math.min(known.length + 1, MOST_RECENT)];
    System.arraycopy(known, 0, kept, 1, kept.length - 1);
    kept[0] = found;
    recent = kept;
    return found;
  }

  private Stretch stretch(long second) {
    if (always) {
      return new Stretch(Long.MIN_VALUE, Long.MAX_VALUE, Instant.MAX, true);
    }
    boolean within = isWithin(second);
    long end = second;
    for (int i = 0; i < MOST_BOUNDARIES && end <= LAST_SECOND; i++) {
      end = nextBoundary(end);
      if (end <= LAST_SECOND && isWithin(end) != within) {
        break;
      }
    }
    return end > LAST_SECOND
        ? new Stretch(second, Long.MAX_VALUE, Instant.MAX, within)
        : new Stretch(second, end, Instant.ofEpochSecond(end), within);
  }

  private boolean isWithin(long second) {
    return minutes.get((int) (secondOfWeek(second) / 60));
  }

  /** The next second at which the answer could be another one: by the hours, or by the clock. */
  private long nextBoundary(long second) {
    long ofWeek = secondOfWeek(second);
    int minute = (int) (ofWeek / 60);
    int next = minutes.get(minute) ? minutes.nextClearBit(minute) : minutes.nextSetBit(minute);
    // The week ends where no minute of it is left; the answer may be the same at its beginning.
    long boundary = next < 0 || next > WeekText.MINUTES_OF_WEEK ? SECONDS_OF_WEEK : next * 60L;
    return Math.min(second + boundary - ofWeek, nextTransition(second));
  }

  private long secondOfWeek(long second) {
    long local = second + zone.getOffset(Instant.ofEpochSecond(second)).getTotalSeconds();
    return Math.floorMod(local + EPOCH_IN_WEEK, SECONDS_OF_WEEK);
  }

  private long nextTransition(long second) {
    try {
      ZoneOffsetTransition transition = zone.nextTransition(Instant.ofEpochSecond(second));
      return transition == null ? Long.MAX_VALUE : transition.toEpochSecond();
    } catch (DateTimeException e) {
      return Long.MAX_VALUE; // in the last year that there is
    }
  }
}
