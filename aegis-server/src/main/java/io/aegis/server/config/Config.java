package io.aegis.server.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The whole configuration, checked key by key.
 *
 * @param file the file it was read from, if any
 * @param values what each key is
 */
public record Config(Optional<Path> file, Values values) {
  /** Makes a configuration. */
  public Config {
    requireNonNull(file, "file");
    requireNonNull(values, "values");
  }

  /**
   * Returns the value of a key that has a default or that the kind of process requires.
   *
   * @param key the key
   * @param <T> its type
   * @return what was written, else the default
   * @throws IllegalStateException if nothing was written and there is no default
   */
  public <T> T get(Key<T> key) {
    return values.get(key);
  }

  /**
   * Returns the value of a key that may be left out.
   *
   * @param key the key
   * @param <T> its type
   * @return what was written, else the default, else empty
   */
  public <T> Optional<T> find(Key<T> key) {
    return values.find(key);
  }
}
