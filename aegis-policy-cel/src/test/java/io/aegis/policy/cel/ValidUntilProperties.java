package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionResult;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Until when a result stands, by brute force. */
class ValidUntilProperties {

  private static final Duration SESSION = Duration.ofDays(2);
  private static final Duration STEP = Duration.ofMinutes(7);

  @Provide
  Arbitrary<String> conditions() {
    return Texts.conditions(Arbitraries.oneOf(Texts.timed(), Texts.timed(), Texts.timeless()));
  }

  /** Around changes of the clock, and anywhere. */
  @Provide
  Arbitrary<Instant> instants() {
    Arbitrary<Instant> days =
        Arbitraries.of(
            Instant.parse("2026-03-28T12:00:00Z"),
            Instant.parse("2026-10-24T12:00:00Z"),
            Instant.parse("2026-10-31T12:00:00Z"),
            Instant.parse("2026-04-04T00:00:00Z"),
            Instant.parse("2026-12-31T00:00:00Z"),
            Instant.parse("2028-02-28T12:00:00Z"));
    return days.flatMap(day -> Arbitraries.longs().between(0, 36 * 3_600_000).map(day::plusMillis));
  }

  private static AccessRequest request(Instant now, Instant observed, boolean known) {
    AccessRequest request =
        AccessRequest.of(Requests.alice(observed), Requests.known(), "web", now, now.plus(SESSION));
    return known ? request.from(Requests.laptop(observed.plusSeconds(1_234))) : request;
  }

  @Property(tries = 400)
  void result_is_the_same_at_every_instant_before_and_another_then(
      @ForAll("conditions") String text,
      @ForAll("instants") Instant now,
      @ForAll("ages") Duration age,
      @ForAll boolean known) {
    Condition condition = Requests.compile(text);
    AccessRequest request = request(now, now.minus(age), known);

    ConditionResult result = condition.evaluate(request);
    Instant until = result.validUntil();

    assertThat(until).isAfter(now);
    Instant last = earlier(until, now.plus(SESSION).plus(Duration.ofDays(7)));
    for (Instant at = now; at.isBefore(last); at = at.plus(STEP)) {
      assertSameKind(condition.evaluate(request.at(at)), result, at);
    }
    if (!last.equals(Instant.MAX)) {
      assertSameKind(condition.evaluate(request.at(last.minusNanos(1))), result, last);
    }
    if (until.isBefore(request.sessionEnd())) {
      assertThat(condition.evaluate(request.at(until)).getClass())
          .as("not sooner than it has to be")
          .isNotEqualTo(result.getClass());
    }
  }

  /** Who asks again later hears of no sooner end, as far as the session goes. */
  @Property(tries = 400)
  void end_does_not_come_closer(
      @ForAll("conditions") String text,
      @ForAll("instants") Instant now,
      @ForAll("ages") Duration age) {
    Condition condition = Requests.compile(text);
    AccessRequest request = request(now, now.minus(age), true);
    Instant until = condition.evaluate(request).validUntil();

    Instant last = earlier(until, request.sessionEnd());
    for (Instant at = now; at.isBefore(last); at = at.plus(STEP)) {
      assertThat(condition.evaluate(request.at(at)).validUntil()).isAfterOrEqualTo(last);
    }
  }

  /** Some lie ahead: the clock of whoever observed it was. */
  @Provide
  Arbitrary<Duration> ages() {
    return Arbitraries.longs().between(-7_200, 3 * 86_400).map(Duration::ofSeconds);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static void assertSameKind(ConditionResult actual, ConditionResult first, Instant at) {
    assertThat(actual.getClass())
        .as("at " + at + " of " + first.validUntil())
        .isEqualTo(first.getClass());
  }
}
