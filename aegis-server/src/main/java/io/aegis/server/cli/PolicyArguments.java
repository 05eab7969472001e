package io.aegis.server.cli;

import org.jspecify.annotations.Nullable;

/** Arguments that picocli has filled in: it refuses a command line without them. */
final class PolicyArguments {
  private PolicyArguments() {}

  /** Returns an argument that is required. */
  static <T> T required(@Nullable T argument) {
    if (argument == null) {
      throw new IllegalStateException("the command line was taken without a required argument");
    }
    return argument;
  }
}
