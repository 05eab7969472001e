package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.ProcessKind;
import io.aegis.server.config.Setting;
import io.aegis.server.standalone.StandaloneProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aegis standalone}. */
@Command(
    name = "standalone",
    header = "Run controller and agent in one process, for one gateway.",
    description =
        "Protects interfaces of this machine and serves pages and REST. Prints 'ready: https://...'"
            + " when it is; the first start prints root's initial password before that.")
final class StandaloneCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private ControllerOptions controller = new ControllerOptions();
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  StandaloneCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    NativeAccess.require();
    List<Setting> handy = new ArrayList<>(controller.settings());
    handy.addAll(gateway.settings());
    Config config =
        options.load(terminal.environment(), handy, Optional.of(ProcessKind.STANDALONE));
    return Serving.run(new StandaloneProcess(config, terminal.surroundings()), terminal);
  }
}
