package io.aegis.server.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together. */
final class Commands {

  private static final String DESCRIPTION =
      "Drops everything that wants to reach a protected service, until somebody who may logs in;"
          + " then opens exactly that service to exactly that client, for as long as policy says.";

  private static final String[] FOOTER = {
    "",
    "To try it out without touching the network:",
    "  aegis standalone --enforcer memory --interface sim0 --data /tmp/aegis",
    "On a gateway, begin in audit mode: docs/guides/first-gateway.md tells how.",
    "What can be configured: aegis config reference, or docs/reference/config.md."
  };

  private Commands() {}

  /** Returns the whole command line, ready to execute. */
  static CommandLine commandLine(Terminal terminal) {
    var root = new RootCommand(terminal);
    var line = new CommandLine(root);
    line.addSubcommand(new StandaloneCommand(terminal));
    line.addSubcommand(
        new CommandLine(new ControllerCommand(terminal))
            .addSubcommand(new AgentBundleCommand(terminal)));
    line.addSubcommand(
        new CommandLine(new AgentCommand(terminal))
            .addSubcommand(new AgentStatusCommand(terminal))
            .addSubcommand(new AgentEventsCommand(terminal))
            .addSubcommand(new AgentConfirmCommand(terminal))
            .addSubcommand(new AgentDetachCommand(terminal)));
    line.addSubcommand(
        new CommandLine(new ConfigCommand())
            .addSubcommand(new ConfigPrintCommand(terminal))
            .addSubcommand(new ConfigCheckCommand(terminal))
            .addSubcommand(new ConfigReferenceCommand(terminal)));
    line.addSubcommand(policy(terminal));
    line.addSubcommand(new ExplainCommand(terminal));
    line.addSubcommand(new DemoCommand(terminal));
    line.addSubcommand(
        new CommandLine(new LabCommand())
            .addSubcommand(new LabUpCommand(terminal))
            .addSubcommand(new LabDownCommand(terminal))
            .addSubcommand(shell(terminal))
            .addSubcommand(new LabServicesCommand(terminal)));
    line.addSubcommand(new CommandLine.HelpCommand());
    // Said here and not at the class: every command added before would inherit it.
    line.getCommandSpec().usageMessage().description(DESCRIPTION).footer(FOOTER);
    // The last one counts, so that a script can pass on what its caller adds.
    line.setOverwrittenOptionsAllowed(true);
    line.setOut(writer(terminal.out()));
    line.setErr(writer(terminal.err()));
    line.setExecutionStrategy(parsed -> {
      requireKnown(parsed);
      LogSetup.start(root.verbose());
      return new CommandLine.RunLast().execute(parsed);
    });
    line.setParameterExceptionHandler((e, args) -> UsageReport.print(e, terminal));
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> FailureReport.print(e, terminal, root.verbose()));
    return line;
  }

  /** What stands behind the machine is another command's, options included. */
  private static CommandLine shell(Terminal terminal) {
    var shell = new CommandLine(new LabShellCommand(terminal));
    shell.getCommandSpec().parser().stopAtPositional(true);
    return shell;
  }

  /** With {@code --help} picocli itself lets unknown words pass. */
  private static void requireKnown(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    if (!last.unmatched().isEmpty()) {
      throw new UnmatchedArgumentException(last.commandSpec().commandLine(), last.unmatched());
    }
  }

  private static CommandLine policy(Terminal terminal) {
    return new CommandLine(new PolicyCommand())
        .addSubcommand(new PolicyCheckCommand(terminal))
        .addSubcommand(new PolicyTestCommand(terminal))
        .addSubcommand(new PolicyLintCommand(terminal))
        .addSubcommand(new PolicyExplainCommand(terminal))
        .addSubcommand(new PolicyDiffCommand(terminal))
        .addSubcommand(new PolicyReplayCommand(terminal))
        .addSubcommand(new PolicySchemaCommand(terminal))
        .addSubcommand(new PolicyReferenceCommand(terminal));
  }

  private static PrintWriter writer(java.io.PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
