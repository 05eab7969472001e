package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agent.commit_confirm} as an operator meets it. Closing a process here kills it. */
@Tag("kernel")
final class ConfirmIT {
  private TestGateway gateway;
  @TempDir private Path directory;

  @BeforeEach
  void makeGateway() throws Exception {
    gateway = new TestGateway();
  }

  @AfterEach
  void removeGateway() throws Exception {
    agent("detach", "--set", "agent.instance=" + gateway.instance());
    gateway.close();
  }

  private AegisProcess standalone() throws Exception {
    var process =
        AegisProcess.startWithin(
            gateway.enter(),
            directory.resolve("err"),
            "standalone",
            "--data",
            directory.resolve("data").toString(),
            "--listen",
            "127.0.0.1:0",
            "--set",
            "agent.instance=" + gateway.instance(),
            "--set",
            "agent.commit_confirm=10m",
            "--interface",
            "out0");
    process.awaitLine("ready: ");
    return process;
  }

  private Ran agent(String... words) {
    var args = new String[words.length + 1];
    args[0] = "agent";
    System.arraycopy(words, 0, args, 1, words.length);
    return Ran.aegis(Map.of(), args);
  }

  private Ran ask(String command, String... options) {
    var words = new ArrayList<>(List.of(command, "--data", directory.resolve("data").toString()));
    words.addAll(List.of("--set", "agent.instance=" + gateway.instance()));
    words.addAll(List.of(options));
    return agent(words.toArray(String[]::new));
  }

  private void assertDropsAreShown() throws Exception {
    gateway.ip("address", "add", "fd77:61::2/64", "dev", "peer0", "nodad");
    List<String> knock = gateway.enter("bash", "-c", "echo x > /dev/udp/ff02::1%peer0/9");
    Future<Ran> looking;
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      looking = thread.submit(() -> ask("events", "--json", "--count", "1"));
      while (!looking.isDone()) {
        TestGateway.run(knock.toArray(String[]::new));
      }
    }
    assertThat(looking.get().err()).isEmpty();
    assertThat(looking.get().exitCode()).isZero();
    assertThat(looking.get().out())
        .startsWith("{\"at\":\"")
        .contains("\"interface\":\"out0\",\"direction\":\"ingress\",\"reason\":\"NO_GRANT\"")
        .hasLineCount(1);
  }

  @Test
  void agent_isUnconfirmedUntilItIsConfirmed_andOutlivesAKillThen() throws Exception {
    Ran nobody = ask("confirm");
    assertThat(nobody.exitCode()).isEqualTo(1);
    assertThat(nobody.err()).contains("is it running").hasLineCount(1);
    try (AegisProcess _ = standalone()) {
      Ran waiting = ask("status");
      assertThat(waiting.exitCode()).isEqualTo(1);
      assertThat(waiting.out()).contains("enforcing, but not confirmed", "aegis agent confirm");
      assertThat(gateway.pins()).doesNotExist();

      Ran confirmed = ask("confirm");
      assertThat(confirmed.err()).isEmpty();
      assertThat(confirmed.exitCode()).isZero();
      assertThat(confirmed.out()).startsWith("confirmed; ");
      Ran status = ask("status");
      assertThat(status.exitCode()).isZero();
      assertThat(status.out())
          .startsWith("agent: running, connected to this process")
          .contains("in place");
      assertDropsAreShown();
    }
    assertThat(gateway.pins()).isDirectory();
    Ran status = ask("status");
    assertThat(status.exitCode()).isZero();
    assertThat(status.out()).startsWith("agent: none answers here");
  }
}
