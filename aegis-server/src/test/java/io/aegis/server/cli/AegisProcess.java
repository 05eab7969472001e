package io.aegis.server.cli;

import io.aegis.server.lab.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real program in a JVM of its own; ended, by its own id, when closed. */
final class AegisProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader out;
  private final Path err;

  private AegisProcess(Process process, Path err) {
    this.process = process;
    this.err = err;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts {@code aegis} as its launcher does. */
  static AegisProcess start(Path err, String... args) throws IOException {
    return startWithin(List.of(), err, args);
  }

  /** Starts it so by way of a program that becomes it. */
  static AegisProcess startWithin(List<String> prefix, Path err, String... args)
      throws IOException {
    return startWithin(prefix, err, Program.current(Main.class), args);
  }

  /** Starts something that runs it so. */
  static AegisProcess startWithin(List<String> prefix, Path err, Program program, String... args)
      throws IOException {
    var command = new ArrayList<String>(prefix);
    command.addAll(List.of(program.command(args)));
    return started(command, err);
  }

  /** Starts it by {@code java} with these options alone. */
  static AegisProcess startPlain(List<String> jvm, Path err, String... args) throws IOException {
    Program program = Program.current(Main.class);
    var command = new ArrayList<String>(List.of(program.java().toString()));
    command.addAll(jvm);
    command.addAll(List.of("-cp", program.classPath(), program.main()));
    command.addAll(List.of(args));
    return started(command, err);
  }

  private static AegisProcess started(List<String> command, Path err) throws IOException {
    var builder = new ProcessBuilder(command).redirectError(err.toFile());
    // Nothing of whoever runs the tests: the JVM says on standard error what it took from there.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("AEGIS_") || name.endsWith("JAVA_OPTIONS"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new AegisProcess(builder.start(), err);
  }

  /** Reads lines until one begins like this; fails if the program ends before. */
  String awaitLine(String beginning) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new AssertionError("ended without a line '" + beginning + "...': " + err());
  }

  /** Reads all that it still says, to its end. */
  String rest() throws IOException {
    return out.readAllAsString();
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + PATIENCE);
    }
    return process.exitValue();
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
