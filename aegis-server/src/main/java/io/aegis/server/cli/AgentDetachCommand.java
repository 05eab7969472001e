package io.aegis.server.cli;

import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.config.Setting;
import io.aegis.server.standalone.Enforcers;
import io.aegis.server.standalone.LocalAgent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aegis agent detach}. */
@Command(
    name = "detach",
    header = "Stop enforcing on this gateway.",
    description =
        "Takes away programs, grants and all else that the agent put into place. From then on"
            + " the protected interfaces admit everything. Stopping an agent does not do this: what"
            + " it enforced stays enforced. Stop the agent first: while it runs, this is refused.")
final class AgentDetachCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--enforcer",
      paramLabel = "NAME",
      description = "What enforces (agent.enforcer).")
  private @Nullable String enforcer;

  AgentDetachCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NativeAccess.require();
    var handy = new ArrayList<>(data.settings());
    if (enforcer != null) {
      handy.add(new Setting("agent.enforcer", enforcer, "--enforcer"));
    }
    Config config = options.load(terminal.environment(), handy, Optional.empty());
    String instance = config.get(AgentKeys.INSTANCE);
    List<String> gone = Enforcers.configured(config).detach(instance);
    forgetConfirmation(config);
    gone.forEach(terminal.out()::println);
    terminal
        .out()
        .println(
            gone.isEmpty()
                ? "nothing of instance '" + instance + "' was in place"
                : "instance '" + instance + "' enforces no more");
    return ExitCode.DONE;
  }

  private static void forgetConfirmation(Config config) {
    try {
      LocalAgent.of(config).forgetConfirmation();
    } catch (IOException e) {
      throw CommandException.failure(
          "forgetting that it was confirmed: "
              + e.getMessage()
              + "; nothing is enforced any more, but the next start will not be on trial",
          e);
    }
  }
}
