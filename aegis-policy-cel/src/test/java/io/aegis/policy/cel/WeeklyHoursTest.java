package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.ConditionResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hours of the week on days on which clocks do what they rarely do. */
class WeeklyHoursTest {

  private static ConditionResult at(String when, String hours, String zone) {
    Instant now = ZonedDateTime.parse(when).toInstant();
    AccessRequest request = Requests.full();
    var later =
        AccessRequest.of(
            request.principal(), request.source(), "web", now, now.plus(Duration.ofDays(60)));
    return Requests.evaluate("within_hours(\"" + hours + "\", \"" + zone + "\")", later);
  }

  /** What it is at a time, and until when, as clocks in Greenwich show it. */
  @ParameterizedTest(name = "{0} at {1} {2}")
  @CsvSource(
      delimiterString = " | ",
      value = {
        // an ordinary week
        "2026-03-06T09:00Z | Mon-Fri 08:00-18:00 | Europe/Berlin | holds | 2026-03-06T17:00:00Z",
        "2026-03-06T17:00Z | Mon-Fri 08:00-18:00 | Europe/Berlin | fails | 2026-03-09T07:00:00Z",
        "2026-03-06T16:59:59.999999999Z | Mon-Fri 08:00-18:00 | Europe/Berlin | holds | 2026-03-06T17:00:00Z",
        // without days it is every day; with commas, those days
        "2026-03-07T09:00Z | 08:00-18:00 | UTC | holds | 2026-03-07T18:00:00Z",
        "2026-03-05T09:00Z | Mon,Wed,Fri 08:00-18:00 | UTC | fails | 2026-03-06T08:00:00Z",
        "2026-03-07T23:00Z | Sat-Mon 00:00-24:00 | UTC | holds | 2026-03-10T00:00:00Z",
        // windows that meet are one
        "2026-03-06T09:00Z | 08:00-12:00; 12:00-18:00 | UTC | holds | 2026-03-06T18:00:00Z",
        "2026-03-06T09:00Z | 18:00-08:00; 07:00-19:00 | UTC | holds | +1000000000-12-31T23:59:59.999999999Z",
        // past midnight, past the week, past the month, past the year, past February
        "2026-03-06T23:00Z | Fri 22:00-06:00 | UTC | holds | 2026-03-07T06:00:00Z",
        "2026-03-07T05:00Z | Fri 22:00-06:00 | UTC | holds | 2026-03-07T06:00:00Z",
        "2026-03-06T05:00Z | Fri 22:00-06:00 | UTC | fails | 2026-03-06T22:00:00Z",
        "2026-03-08T23:00Z | Sun 22:00-06:00 | UTC | holds | 2026-03-09T06:00:00Z",
        "2026-04-30T23:00Z | 22:00-06:00 | UTC | holds | 2026-05-01T06:00:00Z",
        "2026-12-31T23:00Z | 22:00-06:00 | UTC | holds | 2027-01-01T06:00:00Z",
        "2028-02-28T23:00Z | Tue-Wed 22:00-06:00 | UTC | fails | 2028-02-29T22:00:00Z",
        // Berlin sets its clocks forward on 2026-03-29 from 02:00 to 03:00
        "2026-03-29T00:59Z | 02:30-04:00 | Europe/Berlin | fails | 2026-03-29T01:00:00Z",
        "2026-03-29T01:00Z | 02:30-04:00 | Europe/Berlin | holds | 2026-03-29T02:00:00Z",
        "2026-03-29T00:30Z | 02:00-02:59 | Europe/Berlin | fails | 2026-03-30T00:00:00Z",
        "2026-03-29T00:30Z | 01:00-02:30 | Europe/Berlin | holds | 2026-03-29T01:00:00Z",
        "2026-03-28T23:00Z | Sat 22:00-06:00 | Europe/Berlin | holds | 2026-03-29T04:00:00Z",
        // and back on 2026-10-25 from 03:00 to 02:00
        "2026-10-25T00:00Z | 01:30-02:30 | Europe/Berlin | holds | 2026-10-25T00:30:00Z",
        "2026-10-25T00:30Z | 01:30-02:30 | Europe/Berlin | fails | 2026-10-25T01:00:00Z",
        "2026-10-25T01:00Z | 01:30-02:30 | Europe/Berlin | holds | 2026-10-25T01:30:00Z",
        "2026-10-25T00:00Z | 01:30-03:00 | Europe/Berlin | holds | 2026-10-25T02:00:00Z",
        "2026-10-24T22:00Z | 00:00-24:00 | Europe/Berlin | holds | +1000000000-12-31T23:59:59.999999999Z",
        // by half an hour, at midnight, and by a whole day that was left out
        "2026-10-03T15:00Z | 02:00-02:30 | Australia/Lord_Howe | fails | 2026-10-04T15:00:00Z",
        "2026-04-24T21:00Z | Fri 00:00-01:00 | Africa/Cairo | fails | 2026-04-30T21:00:00Z",
        "2011-12-29T12:00Z | Fri 00:00-24:00 | Pacific/Apia | fails | 2012-01-05T10:00:00Z",
        "2011-12-30T09:59:59Z | Thu 00:00-24:00 | Pacific/Apia | holds | 2011-12-30T10:00:00Z",
      })
  void clock_on_the_wall_decides(
      String when, String hours, String zone, String told, Instant until) {
    ConditionResult result = at(when, hours, zone);

    assertThat(Requests.told(result)).isEqualTo(told);
    assertThat(result.validUntil()).isEqualTo(until);
  }

  /** A leap second is handed in as the second after or before it: there is no 23:59:60 in Java. */
  @Test
  void leap_second_is_no_hole() {
    assertThat(Requests.told(at("2016-12-31T23:59:59.999Z", "Sat 23:00-24:00", "UTC")))
        .isEqualTo("holds");
    assertThat(Requests.told(at("2017-01-01T00:00:00Z", "Sat 23:00-24:00", "UTC")))
        .isEqualTo("fails");
    assertThat(Requests.told(at("2017-01-01T00:00:00Z", "Sat 23:00-24:00; Sun 00:00-01:00", "UTC")))
        .isEqualTo("holds");
  }

  @Test
  void ends_of_time_are_times() {
    AccessRequest request = Requests.full();
    for (Instant end : new Instant[] {Instant.MIN, Instant.MAX, Instant.MAX.minusSeconds(90)}) {
      var extreme =
          AccessRequest.of(request.principal(), request.source(), "web", end, Instant.MAX);
      ConditionResult result =
          Requests.evaluate("within_hours('Mon 08:00-18:00', 'Europe/Berlin')", extreme);

      assertThat(result).isNotInstanceOf(ConditionResult.Undecidable.class);
    }
  }
}
