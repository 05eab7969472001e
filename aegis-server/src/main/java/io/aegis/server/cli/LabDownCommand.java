package io.aegis.server.cli;

import io.aegis.server.lab.Lab;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aegis lab down}. */
@Command(
    name = "down",
    header = "Take a lab down, however it ended.",
    description = "Ends its processes and removes its namespaces, pins and files.")
final class LabDownCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options = new LabOptions();

  LabDownCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Lab lab = options.lab();
    boolean wasThere = !lab.leftovers().isEmpty();
    lab.down();
    List<String> left = lab.leftovers();
    if (!left.isEmpty()) {
      throw CommandException.failure("taking the lab down left " + String.join(", ", left));
    }
    terminal
        .out()
        .println(
            wasThere
                ? "Lab '" + options.name() + "' is down; nothing of it is left."
                : "There is no lab '" + options.name() + "'.");
    return ExitCode.DONE;
  }
}
