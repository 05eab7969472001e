package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopping an agent keeps enforcing; detaching ends it. */
@Tag("kernel")
final class DetachIT {
  private TestGateway gateway;
  @TempDir private Path directory;

  @BeforeEach
  void makeGateway() throws Exception {
    gateway = new TestGateway();
  }

  @AfterEach
  void removeGateway() throws Exception {
    gateway.close();
  }

  private AegisProcess start(String... args) throws IOException {
    return AegisProcess.startWithin(gateway.enter(), directory.resolve("err"), args);
  }

  @Test
  void detach_afterAnAgentWasStopped_takesTheProgramOff() throws Exception {
    try (var process =
        start(
            "standalone",
            "--data",
            directory.resolve("data").toString(),
            "--listen",
            "127.0.0.1:0",
            "--set",
            "agent.instance=" + gateway.instance(),
            "--interface",
            "out0")) {
      String ready = process.awaitLine("ready: ");
      assertThat(ready).startsWith("ready: https://127.0.0.1:");
      process.terminate();
      assertThat(process.exitCode()).isZero();
    }
    assertThat(gateway.pins()).isDirectory();
    try (var detach = start("agent", "detach", "--set", "agent.instance=" + gateway.instance())) {
      assertThat(detach.awaitLine("instance "))
          .isEqualTo("instance '" + gateway.instance() + "' enforces no more");
      assertThat(detach.exitCode()).isZero();
    }
    assertThat(gateway.pins()).doesNotExist();
    assertThat(Files.readString(directory.resolve("err"))).isEmpty();
  }
}
