package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.Setting;
import io.aegis.server.standalone.AgentBundles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis controller agent-bundle}. */
@Command(
    name = "agent-bundle",
    header = "Write certificate, key and addresses for an agent on another machine.",
    description =
        "The bundle is a directory with a configuration to start from. It has the agent's private"
            + " key: carry it over a way you trust.")
final class AgentBundleCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Parameters(paramLabel = "NAME", description = "The gateway's name.")
  private String name = "";

  @Option(
      names = "--output",
      paramLabel = "DIRECTORY",
      description = "Where to; absent or empty. NAME-bundle if not given.")
  private @Nullable Path output;

  @Option(
      names = "--data",
      paramLabel = "DIRECTORY",
      description = "The controller's data (data.directory).")
  private @Nullable String data;

  @Option(
      names = "--controller",
      paramLabel = "HOST:PORT",
      converter = EndpointConverter.class,
      description = "Where agents dial this controller; its sync.listen if not given.")
  private List<InetSocketAddress> controllers = new ArrayList<>();

  AgentBundleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    List<Setting> handy =
        data == null ? List.of() : List.of(ConfigOptions.path("data.directory", data, "--data"));
    Config config = options.load(terminal.environment(), handy, Optional.empty());
    Path directory = output == null ? Path.of(name + "-bundle") : output;
    List<Path> files =
        AgentBundles.write(
            config,
            name,
            directory.toAbsolutePath().normalize(),
            controllers,
            terminal.surroundings().clock());
    files.forEach(terminal.out()::println);
    terminal
        .out()
        .println("copy this directory to gateway '" + name + "' and see agent.toml in it");
    return ExitCode.DONE;
  }
}
