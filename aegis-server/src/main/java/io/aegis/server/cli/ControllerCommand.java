package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.ProcessKind;
import io.aegis.server.standalone.ControllerProcess;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aegis controller}. */
@Command(
    name = "controller",
    header = "Run the controller: users, policy, pages and REST, for agents on gateways.",
    description =
        "Prints 'ready: https://...' when it is; the first start prints root's initial password"
            + " before that, and makes a development CA.")
final class ControllerCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private ControllerOptions controller = new ControllerOptions();

  ControllerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    NativeAccess.require();
    Config config =
        options.load(
            terminal.environment(), controller.settings(), Optional.of(ProcessKind.CONTROLLER));
    return Serving.run(new ControllerProcess(config, terminal.surroundings()), terminal);
  }
}
