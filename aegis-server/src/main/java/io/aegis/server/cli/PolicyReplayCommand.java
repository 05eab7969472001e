package io.aegis.server.cli;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.RecordedRequest;
import io.aegis.policy.Replay;
import io.aegis.policy.document.PolicyDocument;
import io.aegis.policy.document.RequestLines;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aegis policy replay}. */
@Command(
    name = "replay",
    header = "Decide recorded requests by a policy document, and tell which get another answer.",
    description = {
      "REQUESTS has one JSON object a line; docs/reference/recorded-requests.md tells its keys. For",
      "example:",
      "  aegis policy replay office.yaml last-week.jsonl"
    },
    exitCodeList = {"0:all as recorded", "1:some get another answer", "2:no policy, or usage"})
final class PolicyReplayCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private PolicyOptions options = new PolicyOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The document.")
  private @Nullable Path file;

  @Parameters(index = "1", paramLabel = "REQUESTS", description = "The recorded requests.")
  private @Nullable Path requests;

  PolicyReplayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      PolicyDocument document = options.document(PolicyArguments.required(file), terminal);
      List<RecordedRequest> records =
          options.read(PolicyArguments.required(requests), terminal, RequestLines::read);
      Replay replay = PolicyEngine.compile(document.policy()).replay(records);
      if (options.json()) {
        printJson(replay);
      } else {
        replay.differences().forEach(difference -> terminal.out().println(text(difference)));
        terminal
            .out()
            .println(
                "%d as recorded, %d otherwise"
                    .formatted(replay.unchanged(), replay.differences().size()));
      }
      return replay.differences().isEmpty() ? ExitCode.DONE : ExitCode.FAILURE;
    } catch (PolicyOptions.Refused e) {
      return ExitCode.USAGE;
    }
  }

  private static String text(Replay.Difference difference) {
    AccessRequest request = difference.recorded().request();
    return "%s %s from %s to %s: was %s, is %s, since %s"
        .formatted(
            request.now(),
            request.principal().id(),
            request.source().address(),
            request.serviceId(),
            difference.recorded().permitted() ? "permitted" : "denied",
            PolicyReport.isPermit(difference.decision()) ? "permitted" : "denied",
            difference.decision().text());
  }

  private void printJson(Replay replay) {
    var report = PolicyReport.object("replayed").put("unchanged", replay.unchanged());
    var array = report.putArray("differences");
    for (Replay.Difference difference : replay.differences()) {
      AccessRequest request = difference.recorded().request();
      var node = array.addObject().put("at", request.now().toString());
      node.put("principal", request.principal().id());
      node.put("source", request.source().address().toString());
      node.put("service", request.serviceId());
      node.put("was_permitted", difference.recorded().permitted());
      PolicyReport.addDecision(node, difference.decision());
    }
    terminal.out().println(report);
  }
}
