package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be wrong with a machine: one clear line each, in a network namespace of its own. */
@Tag("kernel")
final class KernelInputIT {
  private final String namespace = "aegis-cli-" + ProcessHandle.current().pid();
  private final String instance = "cli-" + ProcessHandle.current().pid();
  @TempDir private Path directory;

  @BeforeEach
  void makeNamespace() throws Exception {
    ip("netns", "add", namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "link", "add", "out0", "type", "veth", "peer", "name", "peer0");
    ip("-n", namespace, "link", "set", "out0", "up");
  }

  @AfterEach
  void removeNamespace() throws Exception {
    ip("netns", "del", namespace);
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of("ip"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    assertThat(process.exitValue()).as("%s", command).isZero();
  }

  private AegisProcess standalone(List<String> prefix, String protectedInterface)
      throws IOException {
    var within = new ArrayList<String>(List.of("nsenter", "--net=/run/netns/" + namespace));
    within.addAll(prefix);
    return AegisProcess.startWithin(
        within,
        directory.resolve("err"),
        "standalone",
        "--data",
        directory.resolve("data").toString(),
        "--listen",
        "127.0.0.1:0",
        "--set",
        "agent.instance=" + instance,
        "--interface",
        protectedInterface);
  }

  /** What it told the user; the log stands beside it in the same stream. */
  private static List<String> messages(AegisProcess process) throws IOException {
    return process.err().lines().filter(line -> line.startsWith("aegis: ")).toList();
  }

  @Test
  void standalone_withAnInterfaceThatIsAbsent_listsThoseThereAre() throws Exception {
    try (var process = standalone(List.of(), "nosuch0")) {
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(messages(process))
          .singleElement()
          .asString()
          .contains("nosuch0", "out0", "peer0")
          .doesNotContain("\tat ");
    }
    assertThat(Path.of("/sys/fs/bpf/aegis").resolve(instance)).doesNotExist();
  }

  @Test
  void standalone_withAnInterfaceThatIsNotEthernet_saysSo() throws Exception {
    try (var process = standalone(List.of(), "lo")) {
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(messages(process)).singleElement().asString().contains("lo is not Ethernet");
    }
  }

  @Test
  void standalone_withoutCapabilities_namesThem() throws Exception {
    var bare = List.of("setpriv", "--bounding-set", "-bpf,-net_admin,-perfmon,-sys_admin");
    try (var process = standalone(bare, "out0")) {
      assertThat(process.exitCode()).isEqualTo(1);
      assertThat(messages(process)).singleElement().asString().contains("CAP_BPF", "CAP_NET_ADMIN");
    }
    assertThat(Path.of("/sys/fs/bpf/aegis").resolve(instance)).doesNotExist();
  }

  @Test
  void detach_afterAnAgentWasStopped_takesTheProgramOff() throws Exception {
    try (var process = standalone(List.of(), "out0")) {
      String ready = process.awaitLine("ready: ");
      assertThat(ready).startsWith("ready: https://127.0.0.1:");
      process.terminate();
      assertThat(process.exitCode()).isZero();
    }
    assertThat(Path.of("/sys/fs/bpf/aegis").resolve(instance)).isDirectory();
    try (var detach =
        AegisProcess.startWithin(
            List.of("nsenter", "--net=/run/netns/" + namespace),
            directory.resolve("err"),
            "agent",
            "detach",
            "--set",
            "agent.instance=" + instance)) {
      assertThat(detach.awaitLine("instance "))
          .isEqualTo("instance '" + instance + "' enforces no more");
      assertThat(detach.exitCode()).isZero();
    }
    assertThat(Path.of("/sys/fs/bpf/aegis").resolve(instance)).doesNotExist();
    assertThat(Files.readString(directory.resolve("err"))).isEmpty();
  }
}
