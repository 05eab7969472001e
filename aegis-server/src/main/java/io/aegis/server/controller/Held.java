package io.aegis.server.controller;

import io.aegis.api.IpAddress;
import io.aegis.server.sync.DesiredGrant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An activation as it is kept.
 *
 * @param id its number
 * @param userId whose
 * @param sessionId the session it ends with
 * @param serviceId what
 * @param source from where
 * @param isConfirmed whether the gateways said that they enforce it
 * @param span when it began, changed and ends
 * @param grants what follows from it
 */
record Held(
    long id,
    long userId,
    long sessionId,
    long serviceId,
    IpAddress source,
    boolean isConfirmed,
    Span span,
    List<DesiredGrant> grants) {

  /**
   * The times of an activation.
   *
   * @param activatedAt when it was switched on
   * @param updatedAt when it last changed or was asked for again
   * @param hardExpiry when it ends whatever happens
   * @param idleLimit after how long without traffic it ends; null for no limit
   */
  record Span(
      Instant activatedAt, Instant updatedAt, Instant hardExpiry, @Nullable Duration idleLimit) {}

  Held {
    grants = List.copyOf(grants);
  }

  /** Whether neither of its expiries comes before an instant. */
  boolean isWantedBeyond(Instant instant) {
    return grants.stream().allMatch(each -> each.grant().softExpiry().isAfter(instant));
  }
}
