package io.aegis.server.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys of a controller. */
public final class ControllerKeys {

  /** Where the database and the development certificates are. */
  public static final Key<Path> DATA =
      Key.of(
          "data.directory",
          Types.PATH,
          Path.of("/var/lib/aegis"),
          "Directory of the database and of the keys that are made at the first start. Made with"
              + " mode 0700 if it is not there.");

  /** Where pages and REST are served. */
  public static final Key<InetSocketAddress> WEB_LISTEN =
      Key.of(
          "web.listen",
          Types.LISTEN,
          AddressText.parseListen("127.0.0.1:8443"),
          "Where pages and REST are served; port 0 takes a free one.");

  /** How long a connection may say nothing. */
  public static final Key<Duration> WEB_IDLE_TIMEOUT =
      Key.of(
          "web.idle_timeout",
          Types.DURATION,
          Duration.ofSeconds(30),
          "How long a connection may say nothing, 1s to 10m.");

  /** Connections at one time. */
  public static final Key<Integer> WEB_MAX_CONNECTIONS =
      Key.of(
          "web.max_connections",
          Types.integer(1, 100_000),
          1_000,
          "Connections at one time; further ones wait.");

  static final List<Key<?>> ALL = List.of(DATA, WEB_LISTEN, WEB_IDLE_TIMEOUT, WEB_MAX_CONNECTIONS);

  private ControllerKeys() {}
}
