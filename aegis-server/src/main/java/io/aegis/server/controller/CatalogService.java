package io.aegis.server.controller;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import io.aegis.api.Target;
import java.time.Instant;
import java.util.List;

/**
 * A service that exists.
 *
 * @param id its number, never used twice
 * @param spec what was asked for
 * @param targets where it is: one for each address that its hostname had, IPv4 first; at least one
 * @param createdAt when it was made
 */
public record CatalogService(long id, ServiceSpec spec, List<Target> targets, Instant createdAt) {

  /**
   * Makes a service.
   *
   * @throws IllegalArgumentException if it has no target
   */
  public CatalogService {
    requireNonNull(spec, "spec");
    targets = List.copyOf(targets);
    requireNonNull(createdAt, "createdAt");
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("service " + id + " has no target");
    }
  }

  /**
   * Returns its name.
   *
   * @return the name
   */
  public String name() {
    return spec.name();
  }

  /**
   * Returns the address of its first target.
   *
   * @return an address, the first one of a prefix; there may be more
   */
  public IpAddress ip() {
    return targets.getFirst().prefix().address();
  }

  /**
   * Returns its port, or the first one of a range.
   *
   * @return 0 to 65535; 0 for any, and for a protocol without ports
   */
  public int port() {
    return targets.getFirst().ports().first();
  }
}
