package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
          "org.bouncycastle.");

  @TempDir private Path directory;

  @Test
  void agentAlone_loadsNothingOfWebAndStore() throws Exception {
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
    Path classes = directory.resolve("classes");
    try (var agent =
        AegisProcess.startWith(
            List.of(
                "--enable-native-access=ALL-UNNAMED", "-Xlog:class+load:file=" + classes + ":none"),
            directory.resolve("err"),
            "agent",
            "--config",
            bundle.resolve("agent.toml").toString(),
            "--set",
            "data.directory=" + directory.resolve("gateway"),
            "--enforcer",
            "memory",
            "--interface",
            "sim0")) {
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
