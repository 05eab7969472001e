package io.aegis.server.cli;

import io.aegis.policy.document.PolicyDocument;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis policy check}. */
@Command(
    name = "check",
    header = "Read a policy document and print every mistake.",
    description = {
      "Tells all mistakes together, each as FILE:LINE:COLUMN, with what may have been meant. It does",
      "not run the tests and does not warn; 'policy test' and 'policy lint' do. For example:",
      "  aegis policy check office.yaml",
      "  aegis policy check --json office.yaml | jq '.problems[].message'",
      "  aegis policy check --print office.yaml > canonical.yaml"
    },
    exitCodeList = {"0:a policy", "1:failure", "2:no policy, or usage"})
final class PolicyCheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private PolicyOptions options = new PolicyOptions();

  @Parameters(paramLabel = "FILE", description = "The document.")
  private @Nullable Path file;

  @Option(
      names = "--print",
      description = "Print the document in its canonical form, without comments.")
  private boolean print;

  PolicyCheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path path = PolicyArguments.required(file);
    if (print && options.json()) {
      throw CommandException.usage("--print and --json: each prints another thing; give one");
    }
    try {
      PolicyDocument document = options.document(path, terminal);
      if (options.json()) {
        var report = PolicyReport.object("policy").put("file", path.toString());
        report.put("version", document.policy().version());
        report.put("services", document.policy().services().size());
        report.put("rules", document.policy().rules().size());
        report.put("tests", document.tests().size());
        report.putArray("problems");
        terminal.out().println(report);
      } else if (print) {
        terminal.out().print(document.print());
      } else {
        terminal.out().println(path + " is in order: " + document);
      }
      return ExitCode.DONE;
    } catch (PolicyOptions.Refused e) {
      return ExitCode.USAGE;
    }
  }
}
