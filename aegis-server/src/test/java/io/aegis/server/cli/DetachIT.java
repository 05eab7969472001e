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

  private AegisProcess startStandalone() throws IOException {
    return start(
        "standalone",
        "--data",
        directory.resolve("data").toString(),
        "--listen",
        "127.0.0.1:0",
        "--set",
        "agent.instance=" + gateway.instance(),
        "--interface",
        "out0");
  }

  private AegisProcess startDetach(String err) throws IOException {
    return AegisProcess.startWithin(
        gateway.enter(),
        directory.resolve(err),
        "agent",
        "detach",
        "--set",
        "agent.instance=" + gateway.instance());
  }

  @Test
  void detach_whileTheAgentRuns_isRefusedAndItEnforcesOn() throws Exception {
    try (var process = startStandalone()) {
      process.awaitLine("ready: ");
      for (int i = 0; i < 2; i++) { // the first must not take the lock away from its owner
        try (var detach = startDetach("refused" + i)) {
          assertThat(detach.rest()).isEmpty();
          assertThat(detach.exitCode()).isEqualTo(1);
          assertThat(detach.err())
              .contains("the process " + process.pid() + " has it open", "stop that first")
              .hasLineCount(1);
        }
      }
      assertThat(gateway.pins()).isDirectory();
      process.terminate();
      assertThat(process.exitCode()).isZero();
    }
    try (var detach = startDetach("detached")) {
      assertThat(detach.exitCode()).isZero();
    }
    assertThat(gateway.pins()).doesNotExist();
  }

  @Test
  void detach_afterAnAgentWasStopped_takesTheProgramOff() throws Exception {
    try (var process = startStandalone()) {
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
