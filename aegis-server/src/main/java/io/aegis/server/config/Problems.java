package io.aegis.server.config;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong, so that it can be told at once. Used by one thread. */
final class Problems {
  private final List<String> lines = new ArrayList<>();

  void add(Origin origin, String message) {
    lines.add(origin + ": " + message);
  }

  void add(String message) {
    lines.add(message);
  }

  void addAll(Problems others) {
    lines.addAll(others.lines);
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /**
   * Ends quietly if nothing was wrong.
   *
   * @throws ConfigException with all lines otherwise
   */
  void throwIfAny() {
    if (!lines.isEmpty()) {
      throw new ConfigException(lines);
    }
  }
}
