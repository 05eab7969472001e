package io.aegis.server.cli;

import static io.aegis.enforcer.spi.EnforcerException.Kind.BAD_SETTINGS;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.server.config.ConfigException;
import io.aegis.server.lab.LabException;
import io.aegis.server.pki.PkiException;
import io.aegis.server.store.StoreException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.util.List;

/** The one place where a failure becomes lines for the user and an exit code. */
final class FailureReport {

  private FailureReport() {}

  /**
   * Prints what went wrong.
   *
   * @param e the failure
   * @param terminal where to
   * @param trace whether to print where it comes from as well
   * @return the exit code
   */
  static int print(Throwable e, Terminal terminal, boolean trace) {
    PrintStream err = terminal.err();
    List<String> lines = lines(e, trace);
    if (lines.size() == 1) {
      err.println("aegis: " + lines.getFirst());
    } else {
      err.println("aegis: the configuration has " + lines.size() + " mistakes:");
      lines.forEach(line -> err.println("  " + line));
    }
    for (Throwable suppressed : e.getSuppressed()) {
      err.println("aegis: besides, while cleaning up: " + chain(suppressed));
    }
    if (trace) {
      e.printStackTrace(err);
    }
    return exitCode(e);
  }

  private static List<String> lines(Throwable e, boolean trace) {
    return switch (e) {
      case ConfigException config -> config.lines();
      case CommandException command -> List.of(oneLine(command));
      // Has what to paste into a file, below its one line.
      case EnforcerException enforcer when enforcer.kind() == BAD_SETTINGS ->
          List.of(String.valueOf(enforcer.getMessage()).strip());
      case EnforcerException enforcer -> List.of(oneLine(enforcer));
      case LabException lab -> List.of(oneLine(lab));
      case PkiException pki -> List.of(oneLine(pki));
      case StoreException store -> List.of(oneLine(store));
      case FileSystemException file ->
          List.of(file.getClass().getSimpleName() + ": " + oneLine(file));
      case RuntimeException _, Error _ ->
          List.of(
              "unexpected failure: "
                  + chain(e)
                  + (trace ? "" : " (run again with --verbose for the trace)"));
      default -> List.of(oneLine(e));
    };
  }

  private static int exitCode(Throwable e) {
    return switch (e) {
      case ConfigException _ -> ExitCode.USAGE;
      case CommandException command -> command.exitCode();
      case LabException lab -> lab.isUsage() ? ExitCode.USAGE : ExitCode.FAILURE;
      case EnforcerException enforcer ->
          switch (enforcer.kind()) {
            case BAD_SETTINGS -> ExitCode.USAGE;
            case UNSUPPORTED, NOT_PERMITTED, BUSY, EXHAUSTED, CLOSED, INTERNAL -> ExitCode.FAILURE;
          };
      default -> ExitCode.FAILURE;
    };
  }

  private static String chain(Throwable e) {
    var text = new StringBuilder(oneLine(e));
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      text.append(": ").append(oneLine(cause));
    }
    return text.toString();
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
