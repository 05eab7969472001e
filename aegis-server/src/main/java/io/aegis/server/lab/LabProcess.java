package io.aegis.server.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that a lab started, known by its id and start time so that nobody else's process of a
 * reused id is ever ended. Safe for any number of threads.
 *
 * @param name what it is, for messages
 * @param handle the process
 * @param log where its output goes
 */
public record LabProcess(String name, ProcessHandle handle, Path log) {

  /** Starts a process and remembers it in {@code directory} until it is ended. */
  static LabProcess start(Path directory, String name, String... command) {
    Path log = directory.resolve(name + ".log");
    try {
      keepOld(log);
      Process process =
          new ProcessBuilder(detached(command))
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
              .start();
      ProcessHandle handle = process.toHandle();
      Files.writeString(
          record(directory, name), handle.pid() + "\n" + startOf(handle).toEpochMilli());
      return new LabProcess(name, handle, log);
    } catch (IOException e) {
      throw new LabException("cannot start the lab's " + name + ": " + e.getMessage(), e);
    }
  }

  /** Puts the log of an earlier run aside: what is read from now on is said by this one. */
  private static void keepOld(Path log) throws IOException {
    if (Files.exists(log)) {
      Files.move(log, Path.of(log + ".old"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** In a session of its own, so that Ctrl-C at the terminal ends what it was meant for alone. */
  private static List<String> detached(String... command) {
    var words = new ArrayList<>(List.of("setsid"));
    words.addAll(List.of(command));
    return words;
  }

  /** Finds a process that an earlier run started, if it still lives. */
  static Optional<LabProcess> find(Path directory, String name) {
    try {
      List<String> lines = Files.readAllLines(record(directory, name));
      Instant started = Instant.ofEpochMilli(Long.parseLong(lines.get(1)));
      return ProcessHandle.of(Long.parseLong(lines.get(0)))
          .filter(ProcessHandle::isAlive)
          .filter(handle -> startOf(handle).equals(started))
          .map(handle -> new LabProcess(name, handle, directory.resolve(name + ".log")));
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty(); // never started, or cut off before it was recorded
    }
  }

  private static Path record(Path directory, String name) {
    return directory.resolve(name + ".pid");
  }

  private static Instant startOf(ProcessHandle handle) {
    return handle.info().startInstant().orElse(Instant.EPOCH);
  }

  /**
   * Waits until a line of its output begins with a word.
   *
   * @param word for example {@code ready}
   * @param patience how long to wait
   * @return the line
   * @throws LabException if the process ends first or the time is up; the message has the end of
   *     its output
   */
  String awaitLine(String word, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<String> line = output().lines().filter(text -> text.startsWith(word)).findFirst();
      if (line.isPresent()) {
        return line.get();
      }
      if (!handle.isAlive() || System.nanoTime() > end) {
        throw new LabException(
            "the lab's "
                + name
                + (handle.isAlive() ? " is not ready in time:" : " ended:")
                + "\n"
                + output().strip().indent(4).stripTrailing());
      }
      pause();
    }
  }

  // The output is a file, so that the process outlives us; a file can only be looked at again.
  private void pause() {
    try {
      handle.onExit().get(10, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // It lives: look at its output again.
    } catch (ExecutionException e) {
      throw new AssertionError("the end of a process is no failure", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while waiting for the lab's " + name, e);
    }
  }

  private String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new LabException("cannot read " + log + ": " + e.getMessage(), e);
    }
  }

  /** Asks it to end, and after three seconds makes it. */
  public void stop() {
    handle.destroy();
    awaitEnd(Duration.ofSeconds(3));
  }

  /** Ends it with SIGKILL, as a crash would. */
  public void kill() {
    handle.destroyForcibly();
    awaitEnd(Duration.ofSeconds(3));
  }

  /** Stops it in its tracks (SIGSTOP) until it is thawed. */
  public void freeze() {
    signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String signal) {
    // The kill of the shell: the program belongs to a package (procps) that a small system lacks.
    Commands.run("sh", "-c", "kill -" + signal + " " + handle.pid());
  }

  private void awaitEnd(Duration patience) {
    try {
      handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      handle.destroyForcibly();
      handle.onExit().join();
    } catch (ExecutionException e) {
      throw new AssertionError("the end of a process is no failure", e);
    } catch (InterruptedException e) {
      handle.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
