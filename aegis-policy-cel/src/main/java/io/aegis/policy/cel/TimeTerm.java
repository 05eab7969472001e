package io.aegis.policy.cel;

import io.aegis.policy.Fact;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** The helpers that time changes. Each knows when it flips next. */
sealed interface TimeTerm extends Node {

  @Override
  default boolean isTimeless() {
    return false;
  }

  /** {@code within_hours(hours, zone)}. */
  record WithinHours(WeeklyHours hours) implements TimeTerm {
    @Override
    public Truth evaluate(Moment moment) {
      return Truth.of(hours.isWithin(moment));
    }
  }

  /** {@code fresh(fact, limit)}. */
  record Fresh(Path.OfFact path, Duration limit) implements TimeTerm {
    @Override
    public Truth evaluate(Moment moment) {
      Fact fact = path.fact(moment.request());
      return fact == null
          ? moment.unknown(path + " is absent")
          : isYounger(fact.observedAt(), limit, moment);
    }
  }

  /** {@code authenticated_within(limit)}. */
  record AuthenticatedWithin(Duration limit) implements TimeTerm {
    @Override
    public Truth evaluate(Moment moment) {
      return isYounger(moment.request().principal().authentication().at(), limit, moment);
    }
  }

  /**
   * Whether something happened, and less than {@code limit} ago. What is yet to happen has not: a
   * clock that is ahead makes nothing fresh.
   */
  private static Truth isYounger(Instant happened, Duration limit, Moment moment) {
    if (moment.now().isBefore(happened)) {
      moment.until(happened);
      return Truth.FALSE;
    }
    Instant end = plus(happened, limit);
    boolean younger = moment.now().isBefore(end);
    moment.until(younger ? end : Instant.MAX);
    return Truth.of(younger);
  }

  private static Instant plus(Instant instant, Duration duration) {
    try {
      return instant.plus(duration);
    } catch (DateTimeException e) {
      return Instant.MAX; // it is the end of time before it is that old
    }
  }
}
