package io.aegis.server.cli;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Decision;
import io.aegis.policy.Explanation;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.RuleFinding;
import io.aegis.policy.Trace;
import io.aegis.policy.document.InvalidDocumentException;
import io.aegis.policy.document.PolicyDocument;
import io.aegis.policy.document.PolicyTest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis policy explain}. */
@Command(
    name = "explain",
    header = "Decide one request by a policy document, and tell everything that led to it.",
    description = {
      "TEST is written as it would be in the document, with the users of the document: a sentence,",
      "or a mapping. Without 'at' it is decided for the present moment. For example:",
      "  aegis policy explain office.yaml 'alice from 10.1.2.3 may reach payroll-db'",
      "  aegis policy explain office.yaml '{test: carol from 10.1.2.5 may reach ssh,",
      "      methods: [pwd, webauthn]}'"
    },
    exitCodeList = {"0:decided as TEST says", "1:decided otherwise", "2:no policy, or usage"})
final class PolicyExplainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private PolicyOptions options = new PolicyOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The document.")
  private @Nullable Path file;

  @Parameters(index = "1", paramLabel = "TEST", description = "Who wants to reach what.")
  private @Nullable String test;

  @Option(names = "--all", description = "Tell of rules as well that are about something else.")
  private boolean all;

  PolicyExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path path = PolicyArguments.required(file);
    try {
      PolicyDocument document = options.document(path, terminal);
      PolicyTest asked = test(document);
      AccessRequest request =
          document.request(asked, Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
      Trace trace = PolicyEngine.compile(document.policy()).explain(request);
      if (options.json()) {
        printJson(asked, request, trace);
      } else {
        print(asked, request, trace);
      }
      boolean isAsSaid = PolicyReport.isPermit(trace.decision()) == asked.may();
      return isAsSaid ? ExitCode.DONE : ExitCode.FAILURE;
    } catch (PolicyOptions.Refused e) {
      return ExitCode.USAGE;
    }
  }

  private PolicyTest test(PolicyDocument document) {
    try {
      return options.reader().readTest(PolicyArguments.required(test), document);
    } catch (InvalidDocumentException e) {
      throw CommandException.usage(
          e.problems().stream()
              .map(problem -> "TEST, " + problem)
              .collect(Collectors.joining("; ")));
    }
  }

  private void print(PolicyTest asked, AccessRequest request, Trace trace) {
    Decision decision = trace.decision();
    var out = terminal.out();
    out.println("%s, at %s".formatted(asked.sentence(), request.now()));
    boolean isPermit = PolicyReport.isPermit(decision);
    out.println((isPermit ? "permitted" : "denied") + ": " + decision.text());
    out.println(
        decision.validUntil().equals(Instant.MAX)
            ? "time alone changes nothing"
            : "time alone changes nothing before "
                + decision.validUntil()
                + session(request, decision));
    trace.obstacles().stream()
        .filter(obstacle -> !decision.reasons().contains(obstacle))
        .map(Explanation::text)
        .forEach(text -> out.println("besides: " + text));
    out.println("rules:");
    trace.findings().stream()
        .filter(this::isWanted)
        .forEach(finding -> out.println("  " + finding.text()));
  }

  // Whoever reads the rules alone would not see where the end comes from.
  private static String session(AccessRequest request, Decision decision) {
    return decision.validUntil().equals(request.sessionEnd())
        ? ", when the session ends (8 hours after the request unless TEST sets 'session')"
        : "";
  }

  private boolean isWanted(RuleFinding finding) {
    return all
        || switch (finding.effect()) {
          case APPLIES, OVERRULED, AUDIT_ONLY, UNMET, UNDECIDED -> true;
          case OTHER_PRINCIPAL, OTHER_SERVICE, UNRELATED -> false;
        };
  }

  private void printJson(PolicyTest asked, AccessRequest request, Trace trace) {
    var report = PolicyReport.object("explained").put("test", asked.sentence());
    report.put("at", request.now().toString());
    PolicyReport.addDecision(report, trace.decision());
    var obstacles = report.putArray("obstacles");
    trace.obstacles().stream().map(Explanation::text).forEach(obstacles::add);
    var rules = report.putArray("rules");
    trace.findings().stream()
        .filter(this::isWanted)
        .forEach(finding ->
            rules
                .addObject()
                .put("rule", finding.rule().id())
                .put("effect", finding.effect().name().toLowerCase(java.util.Locale.ROOT))
                .put("text", finding.text()));
    terminal.out().println(report);
  }
}
