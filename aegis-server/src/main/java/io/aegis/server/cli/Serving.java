package io.aegis.server.cli;

import io.aegis.server.lifecycle.Lifecycle;
import io.aegis.server.standalone.ServerProcess;

/** Runs the parts of a server until told to stop. Stateless. */
final class Serving {

  private Serving() {}

  /**
   * Starts everything, says so, waits, stops everything.
   *
   * @param process what to run; not started
   * @param terminal where the line goes, and when to stop
   * @return the exit code
   * @throws Exception what a part failed with, at the start or at the stop; nothing is left running
   */
  static int run(ServerProcess process, Terminal terminal) throws Exception {
    try (var lifecycle = new Lifecycle()) {
      terminal.out().println("ready: " + process.start(lifecycle));
      terminal.out().flush();
      terminal.stop().await();
    } catch (InterruptedException e) {
      // An interrupt is the wish to stop of whoever runs us within his process.
      Thread.currentThread().interrupt();
    }
    return ExitCode.DONE;
  }
}
