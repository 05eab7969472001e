package io.aegis.server.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start this program again as another process.
 *
 * @param java the Java launcher
 * @param classPath where the program's classes are
 * @param main the class with the main method
 */
public record Program(Path java, String classPath, String main) {

  /**
   * Returns how this very process was started: same Java, same class path.
   *
   * @param main the class with the main method
   * @return the program
   */
  public static Program current(Class<?> main) {
    return new Program(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        System.getProperty("java.class.path"),
        main.getName());
  }

  /**
   * Returns the words that start a command as the launcher would start it.
   *
   * @param arguments the command and its own arguments; at least one
   * @return the Java launcher, the options for this command, and the arguments
   */
  public String[] command(String... arguments) {
    var command = new ArrayList<String>(List.of(java.toString()));
    command.addAll(JvmOptions.of(arguments[0], cache()));
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  // Beside the jar, of the same name, as the launcher makes it; else a file that is not there.
  private Path cache() {
    return Path.of(classPath.replaceFirst("(\\.jar)?$", ".aot"));
  }
}
