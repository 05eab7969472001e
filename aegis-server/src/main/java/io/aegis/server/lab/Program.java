package io.aegis.server.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start this program again as another process.
 *
 * @param words the Java launcher and everything up to the program's own arguments
 */
public record Program(List<String> words) {
  /** Makes a program. */
  public Program {
    words = List.copyOf(words);
  }

  /**
   * Returns how this very process was started: same Java, same class path, a small heap.
   *
   * @param main the class with the main method
   * @return the program
   */
  public static Program current(Class<?> main) {
    return new Program(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
  }

  String[] command(String... arguments) {
    var command = new ArrayList<>(words);
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }
}
