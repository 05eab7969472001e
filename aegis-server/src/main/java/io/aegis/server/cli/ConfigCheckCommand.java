package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.ProcessKind;
import io.aegis.server.standalone.Check;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code aegis config check}. */
@Command(
    name = "check",
    header = "Check the configuration and print every mistake.",
    description = {
      "Starts nothing and changes nothing. Without PROCESS everything that is written is checked,",
      "and nothing is missed that some process needs."
    })
final class ConfigCheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "PROCESS",
      converter = KindConverter.class,
      description = "Also that nothing is missing for this one: controller, agent or standalone.")
  private @Nullable ProcessKind kind;

  ConfigCheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Config config = options.load(terminal.environment(), List.of(), Optional.ofNullable(kind));
    if (kind == null) {
      Check.checkAll(config);
    } else {
      Check.check(config, kind);
    }
    terminal
        .out()
        .println(
            "the configuration is in order: "
                + config.file().map(Object::toString).orElse("no file, defaults and flags alone"));
    return ExitCode.DONE;
  }

  /** Reads the name of a process. */
  static final class KindConverter implements ITypeConverter<ProcessKind> {
    KindConverter() {}

    @Override
    public ProcessKind convert(String text) {
      for (ProcessKind kind : ProcessKind.values()) {
        if (kind.toString().equals(text.toLowerCase(Locale.ROOT))) {
          return kind;
        }
      }
      throw new TypeConversionException(
          "expected controller, agent or standalone, found '" + text + "'");
    }
  }
}
