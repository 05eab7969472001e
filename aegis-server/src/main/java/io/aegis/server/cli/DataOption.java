package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.Setting;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that look for a running agent. */
final class DataOption {

  @Option(
      names = "--data",
      paramLabel = "DIRECTORY",
      description = "The agent's data directory (data.directory).")
  private @Nullable String directory;

  /** Reads the configuration; requires nothing of it. */
  Config load(ConfigOptions options, Terminal terminal) {
    return options.load(terminal.environment(), settings(), Optional.empty());
  }

  /** What it says. */
  List<Setting> settings() {
    return directory == null
        ? List.of()
        : List.of(ConfigOptions.path("data.directory", directory, "--data"));
  }
}
