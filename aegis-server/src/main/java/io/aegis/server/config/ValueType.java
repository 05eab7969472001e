package io.aegis.server.config;

import java.util.Optional;

/**
 * What the values of a key are: how they are read, checked and written.
 *
 * @param <T> the Java type of a value
 */
sealed interface ValueType<T> permits Scalar, ListType, TableType, MapType {

  /** The name in the reference, for example {@code duration}. */
  String name();

  /**
   * Reads a value.
   *
   * @param key the full name of its key, for messages
   * @param raw what was written
   * @param problems gets what is wrong
   * @return the value, or empty after at least one problem was added
   */
  Optional<T> read(String key, Raw raw, Problems problems);

  /** Writes a value as TOML, so that {@link #read} reads an equal one. */
  String toToml(T value);
}
