package io.aegis.server.controller;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Protocol;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A service as somebody wants it to be. What is wrong with it is found by {@link Catalog}, all
 * together.
 *
 * @param name 1 to 64 characters
 * @param hostname {@code address:port}, {@code [v6-address]:port} or {@code name:port}; a name is
 *     looked up when the service is made or changed, not later
 * @param description at most 1000 characters; may be empty
 * @param protocol what it speaks
 * @param idleLimit the time without traffic after which an activation ends, 2 s to the hard limit;
 *     null for no limit
 * @param hardLimit the longest an activation lasts, 10 s to 30 days
 */
public record ServiceSpec(
    String name,
    String hostname,
    String description,
    Protocol protocol,
    @Nullable Duration idleLimit,
    Duration hardLimit) {

  /** The idle limit of services made through version 1. */
  public static final Duration DEFAULT_IDLE_LIMIT = Duration.ofSeconds(60);

  /** The hard limit of services made through version 1. */
  public static final Duration DEFAULT_HARD_LIMIT = Duration.ofHours(8);

  /** Makes a wish. */
  public ServiceSpec {
    requireNonNull(name, "name");
    requireNonNull(hostname, "hostname");
    requireNonNull(description, "description");
    requireNonNull(protocol, "protocol");
    requireNonNull(hardLimit, "hardLimit");
  }

  /**
   * Returns what version 1 of the API can say: TCP, with the default limits.
   *
   * @param name the name
   * @param hostname the destination
   * @param description for people
   * @return the wish
   */
  public static ServiceSpec tcp(String name, String hostname, String description) {
    return new ServiceSpec(
        name, hostname, description, Protocol.TCP, DEFAULT_IDLE_LIMIT, DEFAULT_HARD_LIMIT);
  }
}
