package io.aegis.server.cli;

import io.aegis.server.config.ConfigReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code aegis config reference}. */
@Command(
    name = "reference",
    header = "Print what can be configured, as Markdown.",
    description = "Every key with its type, default and meaning.")
final class ConfigReferenceCommand implements Callable<Integer> {
  private final Terminal terminal;

  ConfigReferenceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(ConfigReference.markdown());
    return ExitCode.DONE;
  }
}
