package io.aegis.server.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the database is and how it is opened.
 *
 * @param directory the data directory, made with mode 0700 if it is absent
 * @param busyTimeout how long to wait for a lock that another program (a backup) holds on the file,
 *     1 ms to 1 min
 * @param readers how many reads may run at once, 1 to 64
 */
public record StoreConfig(Path directory, Duration busyTimeout, int readers) {

  /** The default of {@link #busyTimeout}. */
  public static final Duration DEFAULT_BUSY_TIMEOUT = Duration.ofSeconds(5);

  /** The default of {@link #readers}: more than that only wait for the processor. */
  public static final int DEFAULT_READERS = 4;

  /**
   * Makes a configuration.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public StoreConfig {
    directory = directory.toAbsolutePath().normalize();
    if (directory.toString().indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          "the data directory's path cannot contain '?': " + directory);
    }
    if (busyTimeout.compareTo(Duration.ofMillis(1)) < 0
        || busyTimeout.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("busy timeout must be 1 ms to 1 min: " + busyTimeout);
    }
    if (readers < 1 || readers > 64) {
      throw new IllegalArgumentException("readers must be 1 to 64: " + readers);
    }
  }

  /**
   * Returns the defaults.
   *
   * @param directory the data directory
   * @return a configuration
   */
  public static StoreConfig in(Path directory) {
    return new StoreConfig(directory, DEFAULT_BUSY_TIMEOUT, DEFAULT_READERS);
  }

  /**
   * Returns the file of the database.
   *
   * @return {@code aegis.db} in the data directory
   */
  public Path file() {
    return directory.resolve("aegis.db");
  }
}
