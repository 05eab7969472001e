package io.aegis.server.cli;

import io.aegis.server.config.Config;
import io.aegis.server.config.ProcessKind;
import io.aegis.server.pki.PkiException;
import io.aegis.server.standalone.AgentProcess;
import io.aegis.server.standalone.Check;
import io.aegis.server.standalone.ControllerProcess;
import io.aegis.server.standalone.ServerProcess;
import io.aegis.server.standalone.StandaloneProcess;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code aegis config check}. */
@Command(
    name = "check",
    header = "Check the configuration and print every mistake.",
    description = {
      "Starts nothing and changes nothing. Without PROCESS everything that is written is checked,",
      "and nothing is missed that some process needs. With --here, also what else would keep that",
      "process from starting on this machine: files that are named, interfaces, the kernel, ports",
      "in use, and rules that would lock you out."
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

  @Option(
      names = "--here",
      description =
          "Look at this machine, too, as a start would; needs PROCESS, and its privileges.")
  private boolean here;

  ConfigCheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (here && kind == null) {
      throw CommandException.usage(
          "--here: for which process? write for example 'aegis config check agent --here'");
    }
    Config config = options.load(terminal.environment(), List.of(), Optional.ofNullable(kind));
    if (kind == null) {
      Check.checkAll(config);
    } else {
      Check.check(config, kind);
      if (here) {
        NativeAccess.require();
        process(kind, config).check();
      }
    }
    terminal
        .out()
        .println(
            "the configuration is in order: "
                + config.file().map(Object::toString).orElse("no file, defaults and flags alone"));
    terminal
        .out()
        .println(
            here
                ? kind + " can start on this machine"
                : "not looked at: the files it names, and this machine (add PROCESS and --here)");
    return ExitCode.DONE;
  }

  private ServerProcess process(ProcessKind which, Config config) throws PkiException {
    return switch (which) {
      case CONTROLLER -> new ControllerProcess(config, terminal.surroundings());
      case AGENT -> new AgentProcess(config, terminal.surroundings());
      case STANDALONE -> new StandaloneProcess(config, terminal.surroundings());
    };
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
