package io.aegis.server.config;

import java.util.List;

/** The configuration cannot be used; nothing was started. Has a line for every mistake. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  /**
   * Makes an exception.
   *
   * @param lines a line for each mistake: where, which key, what to do
   */
  public ConfigException(List<String> lines) {
    super(String.join("\n", lines));
    this.lines = List.copyOf(lines);
  }

  /**
   * Returns all mistakes.
   *
   * @return one line each, in the order found
   */
  public List<String> lines() {
    return lines;
  }
}
