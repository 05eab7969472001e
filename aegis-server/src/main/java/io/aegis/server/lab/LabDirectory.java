package io.aegis.server.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a lab keeps what it must find again: configuration, data, logs, process ids. Under {@code
 * /run}, so that nothing outlives a reboot, as the lab's namespaces do not.
 *
 * @param path the directory
 */
record LabDirectory(Path path) {
  private static final Path RUNTIME = Path.of("/run/aegis");
  private static final Path ROOT = RUNTIME.resolve("lab");

  static LabDirectory of(String lab) {
    if (!lab.matches("[a-z0-9]{1,12}")) {
      throw LabException.ofWords(
          "a lab is named by 1 to 12 lower-case letters and digits: '" + lab + "'");
    }
    return new LabDirectory(ROOT.resolve(lab));
  }

  boolean exists() {
    return Files.exists(path);
  }

  void create() {
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new LabException(
          "cannot make " + path + ": " + e.getMessage() + " (root is needed)", e);
    }
  }

  void write(String name, String text) {
    try {
      Files.writeString(path.resolve(name), text);
    } catch (IOException e) {
      throw new LabException("cannot write " + path.resolve(name) + ": " + e.getMessage(), e);
    }
  }

  /** Deletes the directory, and its parents when nothing else is in them. */
  void delete() {
    try {
      if (exists()) {
        try (Stream<Path> all = Files.walk(path)) {
          for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(each);
          }
        }
      }
      for (Path parent : List.of(ROOT, RUNTIME)) {
        if (!Files.isDirectory(parent) || !isEmpty(parent)) {
          return;
        }
        Files.delete(parent);
      }
    } catch (IOException e) {
      throw new LabException("cannot delete " + path + ": " + e.getMessage(), e);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
