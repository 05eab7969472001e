package io.aegis.server.controller;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * A service that a user has switched on from a source.
 *
 * @param id its number, never used twice
 * @param service the service
 * @param source the address it is open for
 * @param activatedAt when it was switched on
 * @param updatedAt when it last changed or was asked for again
 * @param hardExpiry when it ends whatever happens
 * @param timeLeft how long it lasts if nothing is sent from now on: the sooner of the idle and the
 *     hard limit; not negative
 */
public record Activation(
    long id,
    CatalogService service,
    IpAddress source,
    Instant activatedAt,
    Instant updatedAt,
    Instant hardExpiry,
    Duration timeLeft) {

  /** Makes an activation. */
  public Activation {
    requireNonNull(service, "service");
    requireNonNull(source, "source");
    requireNonNull(activatedAt, "activatedAt");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(hardExpiry, "hardExpiry");
    requireNonNull(timeLeft, "timeLeft");
  }
}
