package io.aegis.enforcer.xdp.internal.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs of the system that a benchmark is set up with, or compared with. */
final class Tool {

  private Tool() {}

  /** A program is not there, or has failed. */
  static final class FailedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    FailedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Finds a program, also where only root looks. */
  static Optional<Path> find(String name) {
    return Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin")
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs a program in the network namespace of the calling thread.
   *
   * @throws FailedException if it is not installed or fails; the message has what it said
   */
  static void run(String name, String... arguments) {
    pipe("", name, arguments);
  }

  /** The same, and gives it something to read. */
  static void pipe(String input, String name, String... arguments) {
    Path program =
        find(name)
            .orElseThrow(() ->
                new FailedException("measuring a flood: " + name + " is not installed", null));
    var command = new java.util.ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new FailedException(String.join(" ", command) + ": " + output.strip(), null);
      }
    } catch (IOException e) {
      throw new FailedException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + name, e);
    }
  }
}
