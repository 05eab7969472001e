package io.aegis.server.cli;

import picocli.CommandLine.Command;

/** {@code aegis config}: says what there is below it. */
@Command(name = "config", header = "Show and check the configuration.")
final class ConfigCommand {}
