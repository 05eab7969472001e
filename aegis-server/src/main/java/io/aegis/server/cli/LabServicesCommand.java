package io.aegis.server.cli;

import io.aegis.server.lab.LabServices;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code aegis lab services}: what a lab runs in its zone. */
@Command(
    name = "services",
    header = "Run the services of a lab, in the zone's namespace.",
    hidden = true)
final class LabServicesCommand implements Callable<Integer> {
  private final Terminal terminal;

  LabServicesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (LabServices _ = LabServices.start()) {
      terminal.out().println("ready: web, echo");
      terminal.stop().await();
    }
    return ExitCode.DONE;
  }
}
