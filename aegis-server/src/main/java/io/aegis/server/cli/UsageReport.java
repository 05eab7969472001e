package io.aegis.server.cli;

import io.aegis.server.config.Suggestion;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line, and where to read on. */
final class UsageReport {

  private UsageReport() {}

  static int print(ParameterException e, Terminal terminal) {
    CommandLine command = e.getCommandLine();
    String message =
        switch (e) {
          case UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
          default -> lowerFirst(String.valueOf(e.getMessage()));
        };
    terminal
        .err()
        .println(
            "aegis: "
                + message
                + "; see '"
                + command.getCommandSpec().qualifiedName()
                + " --help'");
    return ExitCode.USAGE;
  }

  private static String unmatched(UnmatchedArgumentException e, CommandLine command) {
    String word = e.getUnmatched().getFirst();
    if (word.startsWith("-")) {
      String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      return "unknown option '" + name + "'" + Suggestion.didYouMean(name, options(command));
    }
    boolean hasCommands = !command.getSubcommands().isEmpty();
    return (hasCommands ? "unknown command '" : "unexpected argument '")
        + word
        + "'"
        + Suggestion.didYouMean(word, command.getSubcommands().keySet());
  }

  private static List<String> options(CommandLine command) {
    var names = new ArrayList<String>();
    command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  private static String lowerFirst(String message) {
    String line = message.lines().findFirst().orElse("the command line cannot be used");
    return Character.toLowerCase(line.charAt(0)) + line.substring(1);
  }
}
