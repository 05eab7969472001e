package io.aegis.server.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the ssh session that this process was started from. {@code sudo} takes the variable away
 * that sshd sets, so the processes above this one are asked too. Stateless.
 */
final class SshSession {
  static final String VARIABLE = "SSH_CONNECTION";

  private SshSession() {}

  /** The nearest one that a process above this one knows of, as far as they can be read. */
  static Optional<String> ofAncestors() {
    return Stream.iterate(
            ProcessHandle.current().parent(),
            Optional::isPresent,
            p -> p.flatMap(ProcessHandle::parent))
        .flatMap(Optional::stream)
        .flatMap(process -> in(environment(process.pid())).stream())
        .findFirst();
  }

  /** Reads the variable from what {@code /proc/PID/environ} holds (proc(5)). */
  static Optional<String> in(String environ) {
    return Stream.of(environ.split("\\u0000", -1))
        .filter(entry -> entry.startsWith(VARIABLE + "="))
        .map(entry -> entry.substring(VARIABLE.length() + 1))
        .findFirst();
  }

  private static String environment(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // somebody else's process, or one that has ended
    }
  }
}
