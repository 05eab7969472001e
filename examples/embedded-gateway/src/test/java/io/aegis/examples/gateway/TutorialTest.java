package io.aegis.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what README.md says: starts the gateway, runs the commands in one shell, and compares what
 * they print. Ports are others, so that nobody is in the way.
 */
final class TutorialTest {

  private static final Pattern STEP =
      Pattern.compile("```sh\n(.*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);
  private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z");
  private static final String MARK = "--- next step";

  /** Commands, and what they print. */
  private record Step(String commands, String printed) {}

  @Test
  void tutorial_commandByCommand_printsWhatItSays(@TempDir Path directory) throws Exception {
    List<String> ports = List.of("8080", "8001", "9001");
    List<Integer> free = freePorts(ports.size());
    List<Step> steps = steps(Files.readString(Path.of("README.md")));
    for (String name : List.of("policy.yaml", "gateway.properties", "users.properties")) {
      Files.writeString(
          directory.resolve(name), moved(Files.readString(Path.of(name)), ports, free));
    }

    Process gateway = start(directory);
    try {
      var told = new LinkedBlockingQueue<String>();
      Thread.startVirtualThread(() -> gateway.inputReader().lines().forEach(told::add));
      assertThat(told.poll(1, TimeUnit.MINUTES) + "\n").isEqualTo(steps.getFirst().printed());
      List<Step> rest = steps.subList(1, steps.size());
      assertThat(rest).hasSize(6);
      List<String> printed = run(rest, directory, ports, free);

      for (int i = 0; i < rest.size(); i++) {
        assertThat(TIME.matcher(printed.get(i)).replaceAll("TIME"))
            .as(rest.get(i).commands())
            .isEqualTo(rest.get(i).printed());
      }
      List<String> lines = until(told, "a decision is over; closed: 1 grant and its connections");
      assertThat(lines)
          .contains(
              "refused 127.0.0.2 to clock",
              "alice logged in from 127.0.0.2",
              "forwards alice to clock",
              "version 2 of the policy is in force; closed: 1 grant and its connections",
              "alice logged out; closed: 1 grant and its connections")
          .noneMatch(line -> line.startsWith("the policy stays as it is"));
      assertThat(directory.toFile().list())
          .as("nothing is left behind but what was there, and what this test printed")
          .containsExactlyInAnyOrder(
              "policy.yaml", "gateway.properties", "users.properties", "printed.txt");

      Path policy = Files.writeString(directory.resolve("policy.yaml"), "");
      until(told, "the policy stays as it is: " + policy + ": line 1, column 1: ");
    } finally {
      gateway.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** Returns what was told, up to a line that has to come and begins with this. */
  private static List<String> until(LinkedBlockingQueue<String> told, String beginning)
      throws InterruptedException {
    var lines = new ArrayList<String>();
    while (lines.isEmpty() || !lines.getLast().startsWith(beginning)) {
      String line = told.poll(30, TimeUnit.SECONDS);
      assertThat(line).as("after " + lines).isNotNull();
      lines.add(line);
    }
    return lines;
  }

  private static List<Step> steps(String readme) {
    return STEP.matcher(readme)
        .results()
        .map(step -> new Step(step.group(1), step.group(2)))
        .toList();
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static String moved(String text, List<String> ports, List<Integer> free) {
    String result = text;
    for (int i = 0; i < ports.size(); i++) {
      result = result.replaceAll("\\b" + ports.get(i) + "\\b", free.get(i).toString());
    }
    return result;
  }

  /** Starts the gateway on a directory with its files, in a process of its own. */
  static Process start(Path directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "io.aegis.examples.gateway.Main",
            directory.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static List<String> run(
      List<Step> steps, Path directory, List<String> ports, List<Integer> free) throws Exception {
    var script = new StringBuilder();
    for (Step step : steps) {
      script.append(moved(step.commands(), ports, free)).append("echo '" + MARK + "'\n");
    }
    Path output = directory.resolve("printed.txt");
    Process shell =
        new ProcessBuilder("bash", "-c", script.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(shell.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      shell.descendants().forEach(ProcessHandle::destroy);
      shell.destroyForcibly();
    }
    return List.of(Files.readString(output).split(MARK + "\n", -1));
  }
}
