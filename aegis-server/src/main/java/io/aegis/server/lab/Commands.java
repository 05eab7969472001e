package io.aegis.server.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands of the system. Stateless. */
final class Commands {
  private static final long PATIENCE_SECONDS = 20;

  private Commands() {}

  /** Runs a command to its end and returns what it printed; anything but exit code 0 throws. */
  static String run(String... command) {
    Result result = attempt("", command);
    if (result.exitCode != 0) {
      throw new LabException(
          "running '%s' failed with exit code %d: %s"
              .formatted(String.join(" ", command), result.exitCode, result.output.strip()));
    }
    return result.output;
  }

  /** Runs {@code ip -batch} over lines in one process; the first line that fails throws. */
  static void ipBatch(String... lines) {
    String input = String.join("\n", lines) + "\n";
    Result result = attempt(input, "ip", "-batch", "-");
    if (result.exitCode != 0) {
      throw new LabException(
          "setting up the lab's network with ip(8) failed: " + result.output.strip());
    }
  }

  /** Runs a command whose failure is an answer too. */
  static Result attempt(String input, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new LabException("'" + String.join(" ", command) + "' did not end");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new LabException(
          "cannot run '" + command[0] + "' (is it installed? the lab needs iproute2 and nsenter)",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while running " + List.of(command), e);
    }
  }

  /**
   * How a command ended.
   *
   * @param exitCode its exit code
   * @param output what it printed on both streams
   */
  record Result(int exitCode, String output) {}
}
