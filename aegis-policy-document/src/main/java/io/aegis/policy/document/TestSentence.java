package io.aegis.policy.document;

import io.aegis.api.IpAddress;
import io.aegis.policy.Assurance;
import io.aegis.policy.Source;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The sentence of a test: {@code USER from ADDRESS [over ASSURANCE] [at TIME ZONE] may [not] reach
 * SERVICE}.
 *
 * @param user the id of the user
 * @param source from where
 * @param at when; null for at any time
 * @param may what is expected
 * @param service the id of the service
 */
record TestSentence(
    Placed<String> user,
    Source source,
    @Nullable ZonedDateTime at,
    boolean may,
    Placed<String> service) {

  private static final String ZONE = "a time zone such as Europe/Berlin, UTC or +01:00";

  /** What it is, in words. */
  static final String NAME = "a sentence such as 'alice from 10.1.2.3 may not reach payroll-db'";

  /** What it is like, for editors. */
  static final String PATTERN = " from .* may (not )?reach ";

  /**
   * Reads a sentence.
   *
   * @throws BadTextException if the text is none
   */
  static TestSentence parse(String text, IntFunction<Place> places) throws BadTextException {
    Words words = Words.of(text);
    Words.Word user = words.next("the id of a user");
    words.require("from", "'from' and an address");
    IpAddress address = address(words.next("an address"));
    Assurance assurance = words.take("over") ? assurance(words.next("an assurance")) : Assurance.IP;
    ZonedDateTime at = words.take("at") ? time(words) : null;
    words.require("may", "'may' or 'may not'");
    boolean may = !words.take("not");
    words.require("reach", "'reach' and a service");
    Words.Word service = words.next("the id of a service");
    words.requireEnd();
    return new TestSentence(
        new Placed<>(user.text(), places.apply(user.offset())),
        new Source(address, assurance),
        at,
        may,
        new Placed<>(service.text(), places.apply(service.offset())));
  }

  private static IpAddress address(Words.Word word) throws BadTextException {
    try {
      return IpAddress.parse(word.text());
    } catch (IllegalArgumentException e) {
      throw new BadTextException(word.offset(), String.valueOf(e.getMessage()));
    }
  }

  private static Assurance assurance(Words.Word word) throws BadTextException {
    try {
      return Assurance.parse(word.text());
    } catch (IllegalArgumentException e) {
      throw new BadTextException(word.offset(), String.valueOf(e.getMessage()));
    }
  }

  private static ZonedDateTime time(Words words) throws BadTextException {
    Words.Word time = words.next("a time such as 2026-03-01T03:00");
    LocalDateTime local = localTime(time);
    Words.Word where = words.next(ZONE);
    if (where.text().equals("may")) {
      throw new BadTextException(where.offset(), "here " + ZONE + " is missing, behind the time");
    }
    ZoneId zone = zone(where);
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.size() == 1) {
      return ZonedDateTime.of(local, zone);
    }
    String happens =
        offsets.isEmpty()
            ? "clocks are put forward over it"
            : "clocks are put back, so it comes twice; write one of "
                + offsets.getFirst()
                + " and "
                + offsets.getLast()
                + " as the zone";
    throw new BadTextException(
        time.offset(),
        "in %s there is no one time %s (%s)".formatted(where.text(), time.text(), happens));
  }

  private static LocalDateTime localTime(Words.Word word) throws BadTextException {
    try {
      LocalDateTime time = LocalDateTime.parse(word.text());
      if (time.getYear() >= 1900 && time.getYear() <= 9999) {
        return time;
      }
    } catch (DateTimeException e) {
      // told below, in words that name the text
    }
    throw new BadTextException(
        word.offset(),
        "expected a time such as 2026-03-01T03:00 and then a zone such as UTC, found "
            + Printable.quote(word.text()));
  }

  private static ZoneId zone(Words.Word word) throws BadTextException {
    try {
      return ZoneId.of(word.text());
    } catch (DateTimeException e) {
      throw new BadTextException(
          word.offset(),
          "there is no time zone %s%s".formatted(Printable.quote(word.text()), guess(word.text())));
    }
  }

  // The city alone is the usual mistake, and far from the name by its letters.
  private static String guess(String written) {
    Set<String> zones = ZoneId.getAvailableZoneIds();
    String end = "/" + written.toLowerCase(Locale.ROOT);
    return zones.stream()
        .filter(zone -> zone.toLowerCase(Locale.ROOT).endsWith(end))
        .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
        .map(zone -> " (did you mean '" + zone + "'?)")
        .orElseGet(() -> Guess.didYouMean(written, zones));
  }

  /** Writes the sentence of a test so that {@link #parse} reads an equal one. */
  static String format(PolicyTest test) {
    Source source = test.circumstances().source();
    String over = source.assurance() == Assurance.IP ? "" : " over " + source.assurance();
    String at = test.moment().map(t -> " at " + t.toLocalDateTime() + " " + t.getZone()).orElse("");
    return "%s from %s%s%s may %sreach %s"
        .formatted(
            Words.quote(test.user()),
            source.address(),
            over,
            at,
            test.may() ? "" : "not ",
            Words.quote(test.service()));
  }
}
