package io.aegis.server.config;

import java.nio.file.Path;

/** Where a value comes from. */
public sealed interface Origin {

  /**
   * A line of the configuration file.
   *
   * @param file the file
   * @param line the line, from 1 on
   */
  record FileLine(Path file, int line) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /**
   * An environment variable.
   *
   * @param variable its name
   */
  record Environment(String variable) implements Origin {
    @Override
    public String toString() {
      return "environment variable " + variable;
    }
  }

  /**
   * A flag of the command line.
   *
   * @param flag the flag without its value, which might be a secret in the wrong place
   */
  record Flag(String flag) implements Origin {
    @Override
    public String toString() {
      return "flag " + flag;
    }
  }

  /** Nobody said anything. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }
}
