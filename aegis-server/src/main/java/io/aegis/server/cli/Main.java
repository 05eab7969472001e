package io.aegis.server.cli;

import io.aegis.server.lifecycle.StopSignal;
import java.io.PrintStream;
import java.util.Map;

/** The one program: {@code aegis}. */
public final class Main {

  private Main() {}

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    var stop = new StopSignal();
    stop.listenToSignals();
    int code = ExitCode.FAILURE;
    try {
      code = run(args, new Terminal(System.out, System.err, System.getenv(), stop));
    } finally {
      // Also after what nobody expected: whoever waits for the end would wait in vain.
      stop.finished(code);
    }
    System.exit(code);
  }

  /**
   * Runs a command in this process. A command that runs until told otherwise ends in order when the
   * calling thread is interrupted.
   *
   * @param args the command and its options
   * @param out gets results
   * @param err gets messages
   * @param environment the environment variables
   * @return the exit code: 0 done, 1 failure, 2 usage or configuration
   */
  public static int run(
      String[] args, PrintStream out, PrintStream err, Map<String, String> environment) {
    return run(args, new Terminal(out, err, environment, new StopSignal()));
  }

  private static int run(String[] args, Terminal terminal) {
    return Commands.commandLine(terminal).execute(args);
  }
}
