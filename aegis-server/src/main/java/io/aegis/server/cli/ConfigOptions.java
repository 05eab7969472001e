package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigLoader;
import io.aegis.server.config.ProcessKind;
import io.aegis.server.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration. */
final class ConfigOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration (TOML); /etc/aegis/aegis.toml if there is one.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "SECTION.KEY=VALUE",
      description = "Set one key, above file and environment. May be given several times.")
  private List<String> settings = new ArrayList<>();

  /**
   * Takes what a handy flag says of a file or directory: relative to where the command was typed,
   * other than in a file, which may be read from anywhere.
   */
  static Setting path(String key, String text, String flag) {
    boolean isRelative = !text.isEmpty() && text.indexOf('\0') < 0 && !text.startsWith("/");
    return new Setting(
        key, isRelative ? Path.of(text).toAbsolutePath().normalize().toString() : text, flag);
  }

  /**
   * Reads the configuration.
   *
   * @param environment the environment variables
   * @param handy what handy flags say; {@code --set} stands above them
   * @param kind whose required keys must be there; empty to require none
   */
  Config load(Map<String, String> environment, List<Setting> handy, Optional<ProcessKind> kind) {
    var all = new ArrayList<>(handy);
    settings.forEach(argument -> all.add(Setting.parse(argument)));
    return ConfigLoader.load(
        new ConfigLoader.Sources(Optional.ofNullable(file), environment, all), kind);
  }
}
