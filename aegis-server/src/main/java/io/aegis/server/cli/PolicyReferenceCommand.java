package io.aegis.server.cli;

import io.aegis.policy.document.DocumentReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code aegis policy reference}. */
@Command(
    name = "reference",
    header = "Print what a policy document can say, as Markdown.",
    description = "Every key with its value, what holds without it, and its meaning.")
final class PolicyReferenceCommand implements Callable<Integer> {
  private final Terminal terminal;

  PolicyReferenceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(DocumentReference.markdown());
    return ExitCode.DONE;
  }
}
