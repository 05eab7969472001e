package io.aegis.server.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server run by {@link Main#run} on a thread of this process; stopped when closed. */
final class RunningAegis implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Thread thread;
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final BufferedReader out;
  private final List<String> lines = new ArrayList<>();

  private RunningAegis(String... args) throws IOException {
    var pipe = new PipedOutputStream();
    this.out =
        new BufferedReader(
            new InputStreamReader(new PipedInputStream(pipe), StandardCharsets.UTF_8));
    this.thread =
        Thread.ofPlatform()
            .name("aegis-under-test")
            .start(() -> {
              try (var printer = new PrintStream(pipe, true, StandardCharsets.UTF_8)) {
                exitCode.complete(
                    Main.run(
                        args,
                        printer,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of()));
              } catch (RuntimeException | Error e) {
                exitCode.completeExceptionally(e);
              }
            });
  }

  static RunningAegis start(String... args) throws IOException {
    return new RunningAegis(args);
  }

  /** Waits for the ready line and returns what follows {@code "ready: "}. */
  String awaitReady() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.startsWith("ready: ")) {
        return line.substring("ready: ".length());
      }
    }
    throw new AssertionError("ended without a ready line: " + err());
  }

  /** The initial password that it printed before it was ready. */
  String initialPassword() {
    Matcher password = Pattern.compile("initial password (\\S+)").matcher(String.join("\n", lines));
    if (!password.find()) {
      throw new AssertionError("no password in " + lines);
    }
    return password.group(1);
  }

  /** What it printed before it was ready. */
  List<String> linesBeforeReady() {
    return List.copyOf(lines);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Stops it and returns its exit code. */
  int stop() throws InterruptedException {
    thread.interrupt();
    try {
      return exitCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
      throw new AssertionError("the server did not stop: " + err(), e);
    }
  }

  @Override
  public void close() {
    try {
      int _ = stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
