package io.aegis.server.cli;

import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.server.agent.RunningAgent.Standing;
import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.standalone.Enforcers;
import io.aegis.server.standalone.LocalAgent;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aegis agent status}. */
@Command(
    name = "status",
    header = "Show what this gateway enforces, whether or not its agent runs.",
    description = {
      "Health, counters by interface and reason, and every grant with what it has seen, read from",
      "the kernel. On an interface in audit mode the column 'would drop' counts what passed only",
      "because of that. The exit code is 1 when the health is red, or while nobody has confirmed",
      "what is enforced (agent.commit_confirm)."
    })
final class AgentStatusCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private DataOption data = new DataOption();

  @Option(names = "--json", description = "Print one JSON object, for machines.")
  private boolean json;

  AgentStatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NativeAccess.require();
    Config config = data.load(options, terminal);
    String instance = config.get(AgentKeys.INSTANCE);
    InstantSource clock = InstantSource.system();
    Optional<Standing> agent = LocalAgent.of(config).standing();
    if (agent.isPresent() && !agent.get().isConfirmed()) {
      // What is unconfirmed can be seen from inside the agent alone.
      terminal.out().print(AgentWords.unconfirmed(instance, agent.get(), json));
      return ExitCode.FAILURE;
    }
    try (EnforcerView view = Enforcers.configured(config).inspect(instance, clock)) {
      GatewayStatus status = GatewayStatus.read(instance, view, clock.instant());
      terminal.out().print(json ? status.json(agent) : AgentWords.line(agent) + status.text());
      return status.health().isGreen() ? ExitCode.DONE : ExitCode.FAILURE;
    }
  }
}
