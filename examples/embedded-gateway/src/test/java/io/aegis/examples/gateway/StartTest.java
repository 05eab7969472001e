package io.aegis.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the gateway from starting is told in one line that says what to do. */
final class StartTest {

  @Test
  void start_inAnotherDirectory_tellsWhereToStart(@TempDir Path directory) throws Exception {
    assertThat(refusal(directory))
        .isEqualTo(
            "the gateway does not start: it cannot read gateway.properties in "
                + directory
                + " (start it in examples/embedded-gateway, or give the directory as the argument)\n");
  }

  @Test
  void start_portOfThePortalInUse_tellsWhichAndWhatToDo(@TempDir Path directory) throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      prepare(directory, "portal = " + other.getLocalPort() + "\nforward.clock = 0\nclock = 0\n");

      assertThat(refusal(directory))
          .isEqualTo(
              "the gateway does not start: gateway.properties: 'portal' cannot listen on port "
                  + other.getLocalPort()
                  + ": Address already in use (end what listens there, or write another port)\n");
    }
  }

  @Test
  void start_portOfTheClockInUse_tellsWhichAndWhatToDo(@TempDir Path directory) throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      prepare(directory, "portal = 0\nforward.clock = 0\nclock = " + other.getLocalPort() + "\n");

      assertThat(refusal(directory))
          .startsWith("the gateway does not start: gateway.properties: 'clock' cannot listen on")
          .hasLineCount(1);
    }
  }

  @Test
  void start_noPort_tellsWhichIsMissing(@TempDir Path directory) throws Exception {
    prepare(directory, "portal = 0\nforward.clock = 65536\nclock = 0\n");

    assertThat(refusal(directory))
        .isEqualTo(
            "the gateway does not start: gateway.properties: 'forward.clock' is not a port: '65536'\n");
  }

  @Test
  void start_noPolicy_namesTheFile(@TempDir Path directory) throws Exception {
    prepare(directory, "portal = 0\nforward.clock = 0\nclock = 0\n");
    Path policy = Files.writeString(directory.resolve("policy.yaml"), "");

    assertThat(refusal(directory))
        .startsWith("the gateway does not start: " + policy + ": line 1, column 1: ")
        .hasLineCount(1);
  }

  private static void prepare(Path directory, String settings) throws Exception {
    Files.writeString(directory.resolve("gateway.properties"), settings);
    for (String name : new String[] {"policy.yaml", "users.properties"}) {
      Files.copy(Path.of(name), directory.resolve(name));
    }
  }

  private static String refusal(Path directory) throws Exception {
    Process gateway = TutorialTest.start(directory);
    try {
      assertThat(gateway.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
      assertThat(gateway.exitValue()).isEqualTo(1);
      return new String(gateway.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      gateway.destroyForcibly();
    }
  }
}
