package io.aegis.server.cli;

import io.aegis.policy.document.Warning;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aegis policy lint}. */
@Command(
    name = "lint",
    header = "Warn of what is allowed in a policy document and yet looks like a mistake.",
    description = {
      "Services that cannot be told apart or overlap, ranges that open SSH or DNS, rules that never",
      "apply or say the same, permits under a forbid, conditions that are always met. For example:",
      "  aegis policy lint office.yaml",
      "  aegis policy lint --json office.yaml | jq '.warnings[].kind'"
    },
    exitCodeList = {"0:no warnings", "1:warnings", "2:no policy, or usage"})
final class PolicyLintCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private PolicyOptions options = new PolicyOptions();

  @Parameters(paramLabel = "FILE", description = "The document.")
  private @Nullable Path file;

  PolicyLintCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path path = PolicyArguments.required(file);
    try {
      List<Warning> warnings = options.document(path, terminal).warnings();
      if (options.json()) {
        var report = PolicyReport.object("linted").put("file", path.toString());
        var array = report.putArray("warnings");
        warnings.forEach(warning -> PolicyReport.addWarning(array, warning));
        terminal.out().println(report);
      } else {
        for (Warning warning : warnings) {
          terminal
              .out()
              .println(
                  "%s%s (%s)"
                      .formatted(
                          PolicyReport.at(path, warning.place()),
                          warning.message(),
                          warning.kind()));
        }
        terminal.out().println(PolicyReport.count(warnings.size(), "warning"));
      }
      return warnings.isEmpty() ? ExitCode.DONE : ExitCode.FAILURE;
    } catch (PolicyOptions.Refused e) {
      return ExitCode.USAGE;
    }
  }
}
