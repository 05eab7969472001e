package io.aegis.server.cli;

import picocli.CommandLine.Command;

/** {@code aegis policy}: says what there is below it. */
@Command(
    name = "policy",
    header = "Check, test and compare policy documents.",
    description = {
      "Reads files alone: no server is asked, and nothing is changed. In a pipeline:",
      "  aegis policy check office.yaml && aegis policy test office.yaml",
      "docs/guides/writing-a-policy.md begins at the beginning; docs/reference/policy-document.md",
      "has every key."
    })
final class PolicyCommand {}
