package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.agent.AgentRuntime;
import io.aegis.server.sync.GatewaySync;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Controller and agent apart, with TLS between them. */
final class TwoProcessesTest {
  @TempDir private Path directory;
  private Path data;
  private Path bundle;

  @BeforeEach
  void nameTheDirectories() {
    data = directory.resolve("data");
    bundle = directory.resolve("bundle");
  }

  private RunningAegis startController() throws Exception {
    return RunningAegis.start(
        "controller",
        "--data",
        data.toString(),
        "--listen",
        "127.0.0.1:0",
        "--set",
        "sync.listen=127.0.0.1:0");
  }

  private Ran makeBundle(String controller) {
    return Ran.aegis(
        Map.of(),
        "controller",
        "agent-bundle",
        "north",
        "--data",
        data.toString(),
        "--output",
        bundle.toString(),
        "--controller",
        controller);
  }

  private String[] agent(String... more) {
    String[] args = {
      "agent",
      "--config",
      bundle.resolve("agent.toml").toString(),
      "--set",
      "data.directory=" + directory.resolve("gateway"),
      "--enforcer",
      "memory",
      "--interface",
      "sim0"
    };
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  @Test
  void agentFromABundle_connects_andAServiceIsOpenedThere() throws Exception {
    try (var controller = startController()) {
      String[] ready = controller.awaitReady().split(" agents: ", 2);
      assertThat(makeBundle(ready[1]).exitCode()).isZero();
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(bundle.resolve("agent.key"))))
          .isEqualTo("rw-------");
      try (var connected = new LogWatch(GatewaySync.class, "event=connected");
          var agent = RunningAegis.start(agent())) {
        assertThat(agent.awaitReady()).isEqualTo("gateway north protects sim0 with memory");
        connected.await();
        Story.openAndCloseAService(ready[0], data, controller.initialPassword());
        try (var stopped = new LogWatch(AgentRuntime.class, "event=stopped")) {
          assertThat(agent.stop()).isZero();
          assertThat(stopped.awaitLine()).contains("nothing is enforced any longer");
        }
      }
      assertThat(controller.stop()).isZero();
    }
  }

  @Test
  void agentThatDialsTheWebPort_isToldWhichPortItIs() throws Exception {
    try (var controller = startController()) {
      String web = controller.awaitReady().split(" agents: ", 2)[0].replace("https://", "");
      assertThat(makeBundle(web).exitCode()).isZero();
      try (var lost = new LogWatch("io.aegis.server.agent", "event=controller-lost");
          var agent = RunningAegis.start(agent())) {
        agent.awaitReady();
        assertThat(lost.awaitLine()).contains("the controller's sync.listen, not web.listen");
      }
    }
  }

  @Test
  void auditMode_isSaidAtTheStartAndAtTheStop() throws Exception {
    try (var controller = startController()) {
      assertThat(makeBundle(controller.awaitReady().split(" agents: ", 2)[1]).exitCode()).isZero();
      String audited = "agent.interface=[{name=\"sim0\", mode=\"audit\"}]";
      String[] words = agent("--set", audited);
      try (var agent = RunningAegis.start(words)) {
        assertThat(agent.awaitReady())
            .isEqualTo(
                "gateway north protects sim0 (audit mode, drops nothing but malformed frames)"
                    + " with memory");
      }
    }
  }

  @Test
  void caThatIsGone_isMadeAnew_withAWarning() throws Exception {
    try (var first = startController()) {
      first.awaitReady();
      assertThat(first.stop()).isZero();
    }
    Files.move(data.resolve("pki"), directory.resolve("elsewhere"));
    try (var lost = new LogWatch("io.aegis.server.standalone", "event=ca-lost");
        var second = startController()) {
      second.awaitReady();
      assertThat(lost.awaitLine()).contains(data.resolve("pki").toString(), "new bundles");
    }
  }

  @Test
  void bundle_ofAControllerThatListensEverywhere_asksWhereAgentsDial() {
    Ran ran =
        Ran.aegis(
            Map.of(),
            "controller",
            "agent-bundle",
            "north",
            "--data",
            data.toString(),
            "--set",
            "sync.listen=0.0.0.0:8444",
            "--output",
            bundle.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("--controller HOST:PORT");
    assertThat(bundle).doesNotExist();
  }

  @Test
  void bundle_fromAnotherConfiguration_leavesTheControllersCertificateAlone() throws Exception {
    try (var controller = startController()) {
      String[] ready = controller.awaitReady().split(" agents: ", 2);
      Path pki = data.resolve("pki");
      List<Path> files = List.of(pki.resolve("server.crt"), pki.resolve("server.key"));
      String before = Files.readString(files.getFirst()) + Files.readString(files.getLast());
      Ran ran =
          Ran.aegis(
              Map.of("AEGIS_CONTROLLER_NAMES", "[\"elsewhere.test\"]"),
              "controller",
              "agent-bundle",
              "north",
              "--data",
              data.toString(),
              "--output",
              bundle.toString(),
              "--controller",
              ready[1]);
      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(Files.readString(files.getFirst()) + Files.readString(files.getLast()))
          .isEqualTo(before);
      try (var connected = new LogWatch(GatewaySync.class, "event=connected");
          var agent = RunningAegis.start(agent())) {
        assertThat(agent.awaitReady()).isNotEmpty();
        connected.await();
      }
    }
  }

  @Test
  void bundle_whereNoControllerWasStarted_isRefusedAndMakesNothing() {
    Ran ran = makeBundle("127.0.0.1:8444");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .startsWith(
            "aegis: flag --data: data.directory: there is no data of a controller in " + data)
        .contains("start the controller once", "--config", "--data")
        .hasLineCount(1);
    assertThat(ran.out()).isEmpty();
    assertThat(data).doesNotExist();
    assertThat(bundle).doesNotExist();
  }

  @Test
  void bundle_intoADirectoryWithSomethingInIt_isRefused() throws Exception {
    ControllerData.make(data);
    Files.createDirectories(bundle);
    Path precious = Files.writeString(bundle.resolve("agent.key"), "precious");
    Ran ran = makeBundle("127.0.0.1:8444");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).startsWith("aegis: ").contains(bundle.toString());
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(Files.readString(precious)).isEqualTo("precious");
  }

  @Test
  void agent_withTheKeyOfAnother_namesBothFiles() throws Exception {
    ControllerData.make(data);
    assertThat(makeBundle("127.0.0.1:8444").exitCode()).isZero();
    Path others = directory.resolve("others");
    assertThat(
            Ran.aegis(
                    Map.of(),
                    "controller",
                    "agent-bundle",
                    "south",
                    "--data",
                    data.toString(),
                    "--output",
                    others.toString())
                .exitCode())
        .isZero();
    Ran ran = Ran.aegis(Map.of(), agent("--set", "agent.key=" + others.resolve("agent.key")));
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .contains(others.resolve("agent.key").toString(), bundle.resolve("agent.crt").toString());
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(directory.resolve("gateway")).doesNotExist();
  }

  @Test
  void agent_withoutItsCertificate_namesTheFile() throws Exception {
    ControllerData.make(data);
    assertThat(makeBundle("127.0.0.1:8444").exitCode()).isZero();
    Path absent = directory.resolve("absent.crt");
    Ran ran = Ran.aegis(Map.of(), agent("--set", "agent.certificate=" + absent));
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo(
            "aegis: reading "
                + absent
                + ": there is no such file; restore it, or correct the key of the configuration"
                + " that names it\n");
    Ran checked =
        Ran.aegis(
            Map.of(),
            "config",
            "check",
            "agent",
            "--here",
            "--config",
            bundle.resolve("agent.toml").toString(),
            "--set",
            "agent.enforcer=memory",
            "--set",
            "agent.interface=[{name=\"sim0\"}]",
            "--set",
            "agent.certificate=" + absent);
    assertThat(checked.err()).isEqualTo(ran.err());
  }

  @Test
  void detach_ofAnInstanceThatIsNot_saysSo() {
    Ran ran =
        Ran.aegis(
            Map.of(), "agent", "detach", "--enforcer", "memory", "--set", "agent.instance=none");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEqualTo("nothing of instance 'none' was in place\n");
  }
}
