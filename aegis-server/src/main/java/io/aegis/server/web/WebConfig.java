package io.aegis.server.web;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import java.time.Duration;

/**
 * Where the HTTPS server listens and what it puts up with.
 *
 * @param address the address to listen at; {@code ::} means all of both families, {@code 0.0.0.0}
 *     all of IPv4
 * @param port 0 to 65535; 0 takes a free port, which {@link WebServer#port()} tells
 * @param idleTimeout how long a connection may say nothing, 1 s to 10 min
 * @param maxConnections connections at one time, 1 to 100000; further ones wait in the kernel's
 *     queue
 */
public record WebConfig(IpAddress address, int port, Duration idleTimeout, int maxConnections) {

  /** Long enough for a person with a slow line, short enough to be rid of the dead. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(30);

  /** About 100 KiB of buffers each at worst: 100 MiB. */
  public static final int DEFAULT_MAX_CONNECTIONS = 1_000;

  /**
   * Makes a configuration.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public WebConfig {
    requireNonNull(address, "address");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("web port must be in 0..65535: " + port);
    }
    if (idleTimeout.compareTo(Duration.ofSeconds(1)) < 0
        || idleTimeout.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("web idle timeout must be in 1s..10m: " + idleTimeout);
    }
    if (maxConnections < 1 || maxConnections > 100_000) {
      throw new IllegalArgumentException(
          "web connection limit must be in 1..100000: " + maxConnections);
    }
  }

  /**
   * Returns the configuration with the default limits.
   *
   * @param address the address to listen at
   * @param port 0 to 65535
   * @return the configuration
   * @throws IllegalArgumentException if the port is out of range
   */
  public static WebConfig at(IpAddress address, int port) {
    return new WebConfig(address, port, DEFAULT_IDLE_TIMEOUT, DEFAULT_MAX_CONNECTIONS);
  }
}
