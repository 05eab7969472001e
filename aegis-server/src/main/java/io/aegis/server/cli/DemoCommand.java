package io.aegis.server.cli;

import io.aegis.server.demo.Ending;
import io.aegis.server.demo.LabDemo;
import io.aegis.server.demo.SimulatedDemo;
import io.aegis.server.lab.Lab;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aegis demo}. */
@Command(
    name = "demo",
    header = "Show, step by step, what a login opens and what closes again.",
    description = {
      "As root: on real packets, in a lab of network namespaces that is made for it and taken",
      "down at the end, also after Ctrl-C, which is exit code 130. Otherwise: the same",
      "story on simulated packets and the in-memory enforcer."
    })
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--keep",
      description = "Leave the lab running at the end, and say how to look around.")
  private boolean keep;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!LabOptions.isRoot()) {
      if (keep) {
        throw CommandException.usage("--keep keeps a lab of real packets, which needs root");
      }
      // The story tells what happens; the controller in this process need not tell it too.
      try (var _ = LogSetup.warningsOnly()) {
        var demo = new SimulatedDemo("not root", InstantSource.system(), terminal.out());
        return exitCode(demo.play(terminal.stop()));
      }
    }
    // A kept lab has the name that 'aegis lab' looks for.
    Lab lab = LabOptions.open(keep ? "lab" : "demo");
    return exitCode(new LabDemo(lab, keep, terminal.out()).play(terminal.stop()));
  }

  private static int exitCode(Ending ending) {
    return switch (ending) {
      case HELD -> ExitCode.DONE;
      case FAILED -> ExitCode.FAILURE;
      case INTERRUPTED -> ExitCode.INTERRUPTED;
    };
  }
}
