package io.aegis.server.cli;

import io.aegis.policy.document.DocumentReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code aegis policy schema}. */
@Command(
    name = "schema",
    header = "Print the JSON Schema of policy documents, for editors.",
    description = {
      "With it an editor completes keys and marks mistakes while they are typed. A document names it",
      "in a comment: # yaml-language-server: $schema=policy-document.schema.json"
    })
final class PolicySchemaCommand implements Callable<Integer> {
  private final Terminal terminal;

  PolicySchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(DocumentReference.schema());
    return ExitCode.DONE;
  }
}
