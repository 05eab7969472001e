package io.aegis.server.cli;

import picocli.CommandLine.Command;

/** {@code aegis lab}: says what there is below it. */
@Command(
    name = "lab",
    header = "A lab of network namespaces to look around in: clients, gateway, services.",
    synopsisSubcommandLabel = "COMMAND")
final class LabCommand {}
