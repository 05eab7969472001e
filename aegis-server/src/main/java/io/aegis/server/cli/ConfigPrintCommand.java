package io.aegis.server.cli;

import io.aegis.server.config.ConfigPrinter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aegis config print}. */
@Command(
    name = "print",
    header = "Print every effective value as TOML, and where it comes from.",
    description = "Secrets are never printed: the configuration names files that hold them.")
final class ConfigPrintCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  ConfigPrintCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal
        .out()
        .print(
            ConfigPrinter.print(options.load(terminal.environment(), List.of(), Optional.empty())));
    return ExitCode.DONE;
  }
}
