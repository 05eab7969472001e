package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.ProcessKind;
import io.aegis.server.standalone.AgentProcess;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aegis agent}. */
@Command(
    name = "agent",
    header = "Run the agent of one gateway.",
    description =
        "Enforces first, then dials its controllers for ever. Prints 'ready: ...' when it enforces."
            + " Stopping it leaves what it enforced in force: 'aegis agent detach' ends that.")
final class AgentCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  AgentCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    NativeAccess.require();
    Config config =
        options.load(terminal.environment(), gateway.settings(), Optional.of(ProcessKind.AGENT));
    return Serving.run(new AgentProcess(config, terminal.surroundings()), terminal);
  }
}
