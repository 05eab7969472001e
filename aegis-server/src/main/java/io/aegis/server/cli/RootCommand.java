package io.aegis.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code aegis} alone: says what there is. */
@Command(
    name = "aegis",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failure", "2:usage or configuration"},
    sortOptions = false,
    sortSynopsis = false)
final class RootCommand {
  private final Terminal terminal;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Tell more in the log, and show the trace of a failure.")
  private boolean verbose;

  RootCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  boolean verbose() {
    return verbose || terminal.debug();
  }
}
