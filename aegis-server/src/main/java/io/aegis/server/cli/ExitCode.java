package io.aegis.server.cli;

/** How the process ends. */
final class ExitCode {
  /** All went well. */
  static final int DONE = 0;

  /** Something went wrong that the user's words were not the cause of. */
  static final int FAILURE = 1;

  /** What the user wrote, on the command line or in the configuration, cannot be used. */
  static final int USAGE = 2;

  /** Broken off by a signal, as a shell has it for Ctrl-C: 128 + 2. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
