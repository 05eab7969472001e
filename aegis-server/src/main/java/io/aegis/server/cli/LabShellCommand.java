package io.aegis.server.cli;

import io.aegis.server.lab.Lab;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aegis lab shell}. */
@Command(
    name = "shell",
    header = "Open a shell on one of a lab's machines, or run a command there.",
    description = "For example: aegis lab shell client curl -m 2 http://10.77.2.7:8080/")
final class LabShellCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options = new LabOptions();

  @Parameters(
      index = "0",
      paramLabel = "MACHINE",
      description = "client, client2, switch, gateway or zone.")
  private String machine = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "What to run there instead of a shell.")
  private List<String> command = List.of();

  LabShellCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Lab lab = options.lab();
    String shell = terminal.environment().getOrDefault("SHELL", "/bin/sh");
    List<String> words = command.isEmpty() ? List.of(shell) : command;
    return new ProcessBuilder(lab.enter(machine, words)).inheritIO().start().waitFor();
  }
}
