package io.aegis.server.cli;

import io.aegis.server.lab.Lab;
import io.aegis.server.lab.Program;
import io.aegis.server.standalone.Enforcers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/** Which lab a command is about. */
final class LabOptions {
  /** Labs show real packets; the in-memory enforcer has none. */
  private static final String ENFORCER = "xdp";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "lab",
      description = "Its name, 1 to 12 lower-case letters and digits (default: ${DEFAULT-VALUE}).")
  private String name = "lab";

  Lab lab() {
    return open(name);
  }

  String name() {
    return name;
  }

  static Lab open(String name) {
    if (!isRoot()) {
      throw CommandException.failure(
          "a lab makes network namespaces, which needs root (try: sudo ./aegis lab up)");
    }
    return new Lab(
        name,
        Program.current(Main.class),
        Enforcers.named(ENFORCER, "the lab"),
        InstantSource.system());
  }

  /** Whether this process may do everything; the owner of a fresh /proc entry is its user. */
  static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
