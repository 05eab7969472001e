package io.aegis.policy.cel;

import io.aegis.policy.AccessRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation under way: at which instant, what was found so far. Of one thread, and gone when
 * the result is there.
 */
final class Moment {

  private final AccessRequest request;
  private final @Nullable Truth[] terms;
  private Instant now;
  private Instant until = Instant.MAX;
  private String problem = "";

  /**
   * Begins an evaluation.
   *
   * @param request what is asked
   * @param terms how many terms want to be remembered
   */
  Moment(AccessRequest request, int terms) {
    this.request = request;
    this.now = request.now();
    this.terms = new @Nullable Truth[terms];
  }

  AccessRequest request() {
    return request;
  }

  /** The instant that is looked at; the time of the request, or one after it. */
  Instant now() {
    return now;
  }

  /** Looks at another instant. Nothing of a request but its time is different then. */
  void now(Instant later) {
    this.now = later;
  }

  /** Until when what was returned last stays as it is. */
  Instant until() {
    return until;
  }

  void until(Instant instant) {
    this.until = instant;
  }

  /** Why the last {@link Truth#UNKNOWN} is one. */
  String problem() {
    return problem;
  }

  /** Returns {@link Truth#UNKNOWN}, which time does not change. */
  Truth unknown(String why) {
    problem = why;
    until = Instant.MAX;
    return Truth.UNKNOWN;
  }

  void problem(String why) {
    problem = why;
  }

  /** Returns a truth that time does not change. */
  Truth timeless(boolean value) {
    until = Instant.MAX;
    return Truth.of(value);
  }

  @Nullable Truth remembered(int term) {
    return terms[term];
  }

  void remember(int term, Truth truth) {
    terms[term] = truth;
  }
}
