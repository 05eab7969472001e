package io.aegis.server.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The options of the Java virtual machine for each command, as {@code jvm.options} beside this
 * class lists them; the launcher reads the same file. Stateless.
 */
final class JvmOptions {
  private static final String FILE = "jvm.options";
  private static final String CACHE = "%cache";

  private JvmOptions() {}

  /**
   * Returns the options for a command.
   *
   * @param command the first word after the program
   * @param cache where the launcher keeps classes that were linked beforehand; may be absent
   */
  static List<String> of(String command, Path cache) {
    return lines().stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" ", 2))
        .filter(words -> words[0].equals("*") || words[0].equals(command))
        .map(words -> words[1])
        .filter(option -> !option.endsWith(CACHE) || Files.exists(cache))
        .map(option -> option.replace(CACHE, cache.toString()))
        .toList();
  }

  private static List<String> lines() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(JvmOptions.class.getResourceAsStream(FILE), FILE),
                StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (IOException e) {
      throw new LabException("cannot read " + FILE + " of this program: " + e.getMessage(), e);
    }
  }
}
