package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent shares its gateway with others: it loads what it needs and nothing else. */
final class AgentSizeTest {
  private static final List<String> NOT_THE_AGENTS =
      List.of(
          "io.aegis.server.web.",
          "io.aegis.server.store.",
          "io.aegis.server.identity.",
          "io.aegis.server.controller.",
          "com.google.inject.",
          "org.flywaydb.",
          "org.jdbi.",
          "com.zaxxer.hikari.",
          "org.sqlite.",
          "io.javalin.",
          "org.eclipse.jetty.",
          // Its jar is signed: to load one class of it takes 10 MiB for the list of all of them.
          "org.bouncycastle.");

  /** What the issue grants an agent alone. */
  private static final long LARGEST_KIB = 120 * 1024;

  @TempDir private Path directory;

  private Path bundle() throws Exception {
    ControllerData.make(directory.resolve("data"));
    Path bundle = directory.resolve("bundle");
    Ran made =
        Ran.aegis(
            Map.of(),
            "controller",
            "agent-bundle",
            "north",
            "--data",
            directory.resolve("data").toString(),
            "--controller",
            "127.0.0.1:9",
            "--output",
            bundle.toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    return bundle;
  }

  private String[] agent() throws Exception {
    return new String[] {
      "agent",
      "--config",
      bundle().resolve("agent.toml").toString(),
      "--set",
      "data.directory=" + directory.resolve("gateway"),
      "--enforcer",
      "memory",
      "--interface",
      "sim0"
    };
  }

  @Test
  void agentAlone_asItsLauncherStartsIt_staysSmall() throws Exception {
    try (var agent = AegisProcess.start(directory.resolve("err"), agent())) {
      assertThat(agent.awaitLine("ready: ")).startsWith("ready: gateway north");
      assertThat(residentKib(agent.pid())).as("resident, in KiB").isBetween(10_000L, LARGEST_KIB);
    }
  }

  private static long residentKib(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void agentAlone_loadsNothingOfWebAndStore() throws Exception {
    Path classes = directory.resolve("classes");
    try (var agent =
        AegisProcess.startPlain(
            List.of(
                "--enable-native-access=ALL-UNNAMED", "-Xlog:class+load:file=" + classes + ":none"),
            directory.resolve("err"),
            agent())) {
      assertThat(agent.awaitLine("ready: ")).startsWith("ready: gateway north");
      agent.terminate();
      assertThat(agent.exitCode()).isZero();
    }
    List<String> loaded = Files.readAllLines(classes);
    assertThat(loaded).anyMatch(line -> line.startsWith("io.aegis.server.agent.AgentRuntime "));
    assertThat(loaded)
        .noneMatch(line -> NOT_THE_AGENTS.stream().anyMatch(prefix -> line.startsWith(prefix)));
  }
}
