package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What can be wrong with a machine, told by the real program: one line that says what to do, the
 * right exit code, and nothing made or changed. {@link RefusalsTest} has what needs no root.
 */
@Tag("kernel")
final class RefusalsIT {
  /** What root may do that would make the lack of one of the others no lack. */
  private static final String NO_MASTER_KEY = "-sys_admin";

  private static TestGateway gateway;

  @TempDir private Path directory;

  @BeforeAll
  static void makeGateway() throws Exception {
    gateway = new TestGateway();
  }

  @AfterAll
  static void removeGateway() throws Exception {
    gateway.close();
  }

  private String[] standalone(String protectedInterface, String... more) {
    var words =
        new ArrayList<String>(
            List.of(
                "standalone",
                "--data",
                directory.resolve("data").toString(),
                "--listen",
                "127.0.0.1:0",
                "--set",
                "agent.instance=" + gateway.instance(),
                "--interface",
                protectedInterface));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private AegisProcess start(List<String> prefix, String... args) throws IOException {
    return AegisProcess.startWithin(prefix, directory.resolve("err"), args);
  }

  /** Runs to the end, and returns the one line, if it is one and nothing was made. */
  private String refused(int exitCode, List<String> prefix, String... args) throws Exception {
    try (var process = start(prefix, args)) {
      return refused(exitCode, process);
    }
  }

  private String refused(int exitCode, AegisProcess process) throws Exception {
    assertThat(process.rest()).as("said on standard output").isEmpty();
    assertThat(process.exitCode()).as(process.err()).isEqualTo(exitCode);
    assertThat(process.err().lines()).as(process.err()).hasSize(1);
    assertThat(process.err()).startsWith("aegis: ").doesNotContain("unexpected", "Exception");
    assertThat(directory.resolve("data")).doesNotExist();
    assertThat(gateway.pins()).doesNotExist();
    return process.err();
  }

  @Test
  void interfaceThatIsAbsent_listsThoseThereAre() throws Exception {
    assertThat(refused(2, gateway.enter(), standalone("nosuch0")))
        .contains("there is no interface nosuch0", "Ethernet interfaces here: out0, peer0");
  }

  @Test
  void interfaceThatIsNotEthernet_saysWhatToProtectInstead() throws Exception {
    assertThat(refused(2, gateway.enter(), standalone("tun0")))
        .contains("tun0 is not Ethernet", "protect the Ethernet interface in front of it");
  }

  @Test
  void interfaceWithSomebodyElsesProgram_namesItAndLeavesIt() throws Exception {
    Path source = directory.resolve("their.c");
    Files.writeString(
        source,
        """
        __attribute__((section("xdp"), used)) int their_filter(void *frame) { return 2; }
        __attribute__((section("license"), used)) char licensed[] = "GPL";
        """);
    Path object = directory.resolve("their.o");
    TestGateway.run(
        "clang", "-O2", "-g", "-target", "bpf", "-c", source.toString(), "-o", object.toString());
    gateway.ip("link", "set", "dev", "out0", "xdp", "obj", object.toString(), "sec", "xdp");
    try {
      assertThat(refused(1, gateway.enter(), standalone("out0")))
          .contains("out0 has an XDP program that is not ours", "name their_filter")
          .contains("ip link set dev out0 xdp off");
    } finally {
      gateway.ip("link", "set", "dev", "out0", "xdp", "off");
    }
  }

  @Test
  void sshSessionThatWouldBeCut_printsTheRule_withWhichItStarts() throws Exception {
    List<String> ssh = gateway.enter("env", "SSH_CONNECTION=10.77.60.9 50022 10.77.60.1 22");
    String elsewhere = "agent.controllers=127.0.0.1:8444";
    assertCutOffUntilPasted("this ssh session", ssh, "--set", elsewhere);
  }

  @Test
  void wayToTheControllerThatWouldBeCut_printsTheRule_withWhichItStarts() throws Exception {
    assertCutOffUntilPasted("the way to the controller", gateway.enter());
  }

  /** Whoever pastes what was printed at the end of his file, as it is, can start. */
  private void assertCutOffUntilPasted(String what, List<String> prefix, String... more)
      throws Exception {
    String[] agent = agent(more);
    Path file = directory.resolve("bundle").resolve("agent.toml");
    Files.writeString(
        file,
        """

        [[agent.static_rule]]
        direction = "ingress"
        destination = "10.77.60.1"
        protocol = "tcp"
        destination_ports = "8443"
        """,
        StandardOpenOption.APPEND);
    String said;
    try (var process = start(prefix, agent)) {
      assertThat(process.rest()).isEmpty();
      assertThat(process.exitCode()).as(process.err()).isEqualTo(2);
      said = process.err();
    }
    String[] parts = said.split("\n", 2);
    assertThat(parts[0])
        .startsWith("aegis: protecting out0 would cut this machine off")
        .contains("mode = \"audit\"");
    assertThat(parts[1]).contains("# " + what).containsOnlyOnce("[[agent.static_rule]]");
    assertThat(gateway.pins()).doesNotExist();
    Files.writeString(file, parts[1], StandardOpenOption.APPEND);
    try (var process = start(prefix, agent)) {
      assertThat(process.awaitLine("ready: ")).contains("protects out0 with xdp");
    }
    detach();
  }

  private String[] agent(String... more) throws Exception {
    Path bundle = directory.resolve("bundle");
    if (!Files.exists(bundle)) {
      ControllerData.make(directory.resolve("controller"));
      Ran made =
          Ran.aegis(
              java.util.Map.of(),
              "controller",
              "agent-bundle",
              "north",
              "--data",
              directory.resolve("controller").toString(),
              "--controller",
              "10.77.60.9:8444",
              "--output",
              bundle.toString());
      assertThat(made.exitCode()).as(made.err()).isZero();
    }
    var words =
        new ArrayList<String>(
            List.of(
                "agent",
                "--config",
                bundle.resolve("agent.toml").toString(),
                "--set",
                "data.directory=" + directory.resolve("data"),
                "--set",
                "agent.instance=" + gateway.instance(),
                "--interface",
                "out0"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private void detach() throws Exception {
    try (var process =
        start(
            gateway.enter(), "agent", "detach", "--set", "agent.instance=" + gateway.instance())) {
      assertThat(process.exitCode()).as(process.err()).isZero();
    }
    assertThat(gateway.pins()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "-bpf, CAP_BPF",
    "-net_admin, CAP_NET_ADMIN",
    "-perfmon, CAP_PERFMON",
    "'-bpf,-net_admin,-perfmon', 'CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON'"
  })
  void capabilityThatIsMissing_isNamed(String without, String named) throws Exception {
    List<String> bare = gateway.enter("setpriv", "--bounding-set", without + "," + NO_MASTER_KEY);
    assertThat(refused(1, bare, standalone("out0")))
        .contains("this process lacks " + named + "; run it as root");
  }

  @Test
  void kernelWithoutBpf_namesWhatItLacks() throws Exception {
    Program program = Program.current(KernelWithoutBpf.class);
    try (var process =
        AegisProcess.startWithin(
            gateway.enter(), directory.resolve("err"), program, standalone("out0"))) {
      assertThat(refused(1, process)).contains("this kernel lacks hash maps in BPF", "Linux 5.15");
    }
  }

  @Test
  void bpfFileSystemThatIsNotMounted_saysHowToMountIt() throws Exception {
    List<String> without =
        gateway.enter("unshare", "-m", "sh", "-c", "umount /sys/fs/bpf && exec \"$@\"", "sh");
    assertThat(refused(1, without, standalone("out0")))
        .contains("no BPF file system at /sys/fs/bpf", "mount -t bpf -o mode=0700 bpf /sys/fs/bpf");
  }

  @Test
  void bpfFileSystemOfAPassingNamespace_isRefused() throws Exception {
    List<String> passing =
        gateway.enter(
            "unshare", "-m", "sh", "-c", "mount -t bpf bpf /sys/fs/bpf && exec \"$@\"", "sh");
    assertThat(refused(1, passing, standalone("out0")))
        .contains("/sys/fs/bpf is not the one of the process", "unfiltered", "nsenter --net=");
  }

  @Test
  void labWithAName_thatIsNone_orAMachineThatItHasNot_areUsage() throws Exception {
    assertThat(refused(2, List.of(), "lab", "up", "--name", "A_B"))
        .contains("1 to 12 lower-case letters and digits", "A_B");
    assertThat(refused(2, List.of(), "lab", "shell", "nosuch"))
        .contains("a lab has no 'nosuch'", "client, client2");
  }

  @Test
  void dataDirectoryThatCannotBeWritten_isNamed() throws Exception {
    Path owned = Files.createDirectory(directory.resolve("owned"));
    TestGateway.run("chown", "nobody", owned.toString());
    TestGateway.run("chmod", "700", owned.toString());
    List<String> mortal =
        gateway.enter("setpriv", "--bounding-set", "-dac_override,-dac_read_search");
    Path data = owned.resolve("data");
    String line =
        refused(1, mortal, standalone("out0", "--data", data.toString(), "--enforcer", "memory"));
    assertThat(line).contains(data.toString(), "let this user write there", "data.directory");
    assertThat(owned).isEmptyDirectory();
  }
}
