package io.aegis.server.sync;

import static java.util.Objects.requireNonNull;

/**
 * How the controller serves its agents.
 *
 * @param host the address to listen on, for example {@code 0.0.0.0} or {@code ::}
 * @param port the TCP port to listen on; 0 for any free one
 * @param timing how often and how long
 * @param maxPending how many changes are kept for one slow agent before it gets a snapshot instead
 */
public record SyncServerConfig(String host, int port, SyncTiming timing, int maxPending) {

  /** A change is some 200 bytes, so this is a few megabytes for the slowest agent. */
  public static final int DEFAULT_MAX_PENDING = 20_000;

  /**
   * Makes a configuration.
   *
   * @throws IllegalArgumentException if the host is blank, or a number is out of range
   */
  public SyncServerConfig {
    requireNonNull(timing, "timing");
    if (host.isBlank()) {
      throw new IllegalArgumentException("the listen address for agents is blank");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be in 0..65535: " + port);
    }
    if (maxPending < 1) {
      throw new IllegalArgumentException("max-pending must be positive: " + maxPending);
    }
  }

  /**
   * Returns a configuration with the defaults.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for any free one
   * @return the configuration
   */
  public static SyncServerConfig listeningOn(String host, int port) {
    return new SyncServerConfig(host, port, SyncTiming.DEFAULT, DEFAULT_MAX_PENDING);
  }
}
