package io.aegis.server.cli;

import io.aegis.policy.document.TestOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aegis policy test}. */
@Command(
    name = "test",
    header = "Run the tests of a policy document.",
    description = {
      "Prints the tests that fail, with what was decided instead and why. For example:",
      "  aegis policy test office.yaml",
      "  aegis policy test --json office.yaml | jq '.tests[] | select(.passed | not)'"
    },
    exitCodeList = {"0:all tests pass", "1:a test fails", "2:no policy, or usage"})
final class PolicyTestCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private PolicyOptions options = new PolicyOptions();

  @Parameters(paramLabel = "FILE", description = "The document.")
  private @Nullable Path file;

  PolicyTestCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path path = PolicyArguments.required(file);
    try {
      List<TestOutcome> outcomes = options.document(path, terminal).runTests();
      long failed = outcomes.stream().filter(outcome -> !outcome.passed()).count();
      if (options.json()) {
        var report = PolicyReport.object("tested").put("file", path.toString());
        report.put("failed", failed);
        var tests = report.putArray("tests");
        outcomes.forEach(outcome -> PolicyReport.addOutcome(tests, outcome));
        terminal.out().println(report);
      } else {
        print(path, outcomes, failed);
      }
      return failed == 0 ? ExitCode.DONE : ExitCode.FAILURE;
    } catch (PolicyOptions.Refused e) {
      return ExitCode.USAGE;
    }
  }

  private void print(Path path, List<TestOutcome> outcomes, long failed) {
    for (TestOutcome outcome : outcomes) {
      if (!outcome.passed()) {
        terminal
            .out()
            .println(
                "%s%s%n  %s"
                    .formatted(
                        PolicyReport.at(path, outcome.place()),
                        outcome.test().sentence(),
                        outcome.problem()));
      }
    }
    terminal.out().println("%d passed, %d failed".formatted(outcomes.size() - failed, failed));
  }
}
