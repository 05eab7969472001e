package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.policy.AccessRequest;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Hours against a model that looks at a calendar: each instant by itself, without a next flip. */
class WeeklyHoursProperties {

  /** One window: it begins on a day. */
  record Window(DayOfWeek day, LocalTime start, LocalTime end) {

    boolean holds(ZonedDateTime when) {
      LocalTime time = when.toLocalTime();
      boolean past = !end.isAfter(start);
      boolean begun = when.getDayOfWeek() == day && !time.isBefore(start);
      boolean over = when.getDayOfWeek() == day.plus(1) && time.isBefore(end);
      return past ? begun || over : begun && time.isBefore(end);
    }

    @Override
    public String toString() {
      return day.getDisplayName(TextStyle.SHORT, Locale.ROOT) + " " + start + "-" + end;
    }
  }

  @Provide
  Arbitrary<Window> windows() {
    Arbitrary<LocalTime> times =
        Arbitraries.integers().between(0, 95).map(i -> LocalTime.of(i / 4, i % 4 * 15));
    Arbitrary<LocalTime> others =
        Arbitraries.integers().between(0, 95).map(i -> LocalTime.of(i / 4, i % 4 * 15 + 1));
    return net.jqwik.api.Combinators.combine(Arbitraries.of(DayOfWeek.class), times, others)
        .as(Window::new);
  }

  @Property(tries = 60)
  void every_instant_is_as_the_calendar_says(
      @ForAll("windows") Window one,
      @ForAll("windows") Window two,
      @ForAll("zones") String zone,
      @ForAll @IntRange(max = 365 * 24 * 4) int quarters) {
    WeeklyHours hours = WeeklyHours.parse(one + "; " + two, ZoneId.of(zone));
    Instant start = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(quarters * 900L);

    Moment moment = moment(start);
    boolean within = hours.isWithin(moment);
    Instant until = moment.until();

    Instant last = start.plusSeconds(8 * 86_400);
    assertThat(until).isAfter(start);
    for (Instant at = start; at.isBefore(last); at = at.plusSeconds(420)) {
      ZonedDateTime local = at.atZone(ZoneId.of(zone));
      boolean expected = one.holds(local) || two.holds(local);
      assertThat(hours.isWithin(moment(at))).as(local.toString()).isEqualTo(expected);
      if (at.isBefore(until)) {
        assertThat(expected).as("before " + until).isEqualTo(within);
      }
    }
    ZonedDateTime flip = until.atZone(ZoneId.of(zone));
    assertThat(one.holds(flip) || two.holds(flip)).as("at the flip").isNotEqualTo(within);
  }

  private static Moment moment(Instant at) {
    AccessRequest request = Requests.full().at(at);
    return new Moment(request, 0);
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of(
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "UTC",
        "+05:45");
  }
}
