package io.aegis.server.config;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes the records that features take from checked values, so that what a record refuses (a value
 * that does not fit another) is told together with all else. Used by one thread.
 */
public final class RecordMaking {
  private final Values values;
  private final Problems problems = new Problems();

  /**
   * Makes an empty collection of mistakes.
   *
   * @param config where the values come from, for messages
   */
  public RecordMaking(Config config) {
    this.values = config.values();
  }

  /**
   * Makes a record.
   *
   * @param section where its keys are, for messages
   * @param make makes it; throws {@link IllegalArgumentException} with the rule that is broken
   * @param <T> its type
   * @return the record, or empty if it was refused
   */
  public <T> Optional<T> make(String section, Supplier<T> make) {
    try {
      return Optional.of(make.get());
    } catch (IllegalArgumentException e) {
      problems.add("section [" + section + "]: " + e.getMessage() + written(section));
      return Optional.empty();
    }
  }

  /** What somebody wrote into the section, and where: defaults fit one another. */
  private String written(String section) {
    String keys =
        Keys.inSection(section).stream()
            .filter(key -> !(values.origin(key) instanceof Origin.Default))
            .map(key -> key.name() + ", " + values.origin(key))
            .collect(Collectors.joining("; "));
    return keys.isEmpty() ? "" : " (" + keys + ")";
  }

  /**
   * Ends quietly if every record was made.
   *
   * @throws ConfigException with everything that was refused
   */
  public void throwIfRefused() {
    problems.throwIfAny();
  }
}
