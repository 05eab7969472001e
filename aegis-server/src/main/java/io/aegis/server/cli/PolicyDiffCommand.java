package io.aegis.server.cli;

import io.aegis.policy.document.DocumentDiff;
import io.aegis.policy.document.DocumentDiff.Change;
import io.aegis.policy.document.PolicyDocument;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aegis policy diff}. */
@Command(
    name = "diff",
    header = "Tell who gains and who loses what from one policy document to another.",
    description = {
      "Looks at every role, group and user by itself, at the users of the tests with all that they",
      "have, and at whoever is two things of which a permit names one and a changed forbid the other:",
      "so nobody gains or loses a service untold. Conditions are taken as they suit. In a pipeline:",
      "  git show main:office.yaml > /tmp/before.yaml",
      "  aegis policy diff /tmp/before.yaml office.yaml"
    },
    exitCodeList = {"0:nobody gains or loses", "1:somebody does, or may", "2:no policy, or usage"})
final class PolicyDiffCommand implements Callable<Integer> {
  private static final String INCOMPLETE =
      "not everything was compared: whoever is two things, of which a permit names one and a forbid"
          + " the other, may gain or lose more; make the change in smaller steps";

  private final Terminal terminal;

  @Mixin private PolicyOptions options = new PolicyOptions();

  @Parameters(index = "0", paramLabel = "OLD", description = "The document that holds now.")
  private @Nullable Path old;

  @Parameters(index = "1", paramLabel = "FILE", description = "The document that is to hold.")
  private @Nullable Path file;

  PolicyDiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      PolicyDocument before = options.document(PolicyArguments.required(old), terminal);
      PolicyDocument after = options.document(PolicyArguments.required(file), terminal);
      DocumentDiff.Comparison comparison = DocumentDiff.between(before, after);
      List<Change> changes = comparison.changes();
      if (options.json()) {
        printJson(comparison);
      } else {
        changes.forEach(change -> terminal.out().println(change));
        terminal.out().println(PolicyReport.count(changes.size(), "change"));
        if (!comparison.isComplete()) {
          terminal.out().println(INCOMPLETE);
        }
      }
      return changes.isEmpty() && comparison.isComplete() ? ExitCode.DONE : ExitCode.FAILURE;
    } catch (PolicyOptions.Refused e) {
      return ExitCode.USAGE;
    }
  }

  private void printJson(DocumentDiff.Comparison comparison) {
    var report = PolicyReport.object("compared").put("complete", comparison.isComplete());
    var array = report.putArray("changes");
    for (Change each : comparison.changes()) {
      var change = array.addObject().put("who", each.who());
      change.put("service", each.change().serviceId());
      change.put("kind", each.change().kind().name().toLowerCase(Locale.ROOT));
      var details = change.putArray("details");
      each.details().forEach(details::add);
    }
    terminal.out().println(report);
  }
}
