package io.aegis.server.cli;

import io.aegis.server.agent.RunningAgent.RefusedException;
import io.aegis.server.standalone.LocalAgent;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aegis agent confirm}. */
@Command(
    name = "confirm",
    header = "Let what the running agent enforces outlive it.",
    description = {
      "With agent.commit_confirm, a protection that nobody confirms in time is taken away again, and",
      "it ends with the agent. Open a new connection to this machine, which shows that you have not",
      "locked yourself out, and run this there. Afterwards stopping the agent, or killing it, leaves",
      "everything in force."
    })
final class AgentConfirmCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private DataOption data = new DataOption();

  AgentConfirmCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      String said = LocalAgent.of(data.load(options, terminal)).confirm();
      terminal.out().println(said);
      return ExitCode.DONE;
    } catch (RefusedException | IOException e) {
      throw CommandException.failure("confirming: " + e.getMessage(), e);
    }
  }
}
