package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Prefix;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.standalone.Enforcers;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody takes the program off a real interface while no controller can be reached. */
@Tag("kernel")
final class AgentHealthIT {
  private final String instance = "health-" + ProcessHandle.current().pid();
  private final EnforcerProvider xdp = Enforcers.named("xdp", "this test");

  @TempDir private Path directory;
  private TestNamespace namespace;

  @BeforeEach
  void makeNamespace() throws Exception {
    namespace = TestNamespace.create("health");
    namespace.addPair("out0", "peer0");
  }

  @AfterEach
  void removeAll() throws Exception {
    xdp.detach(instance);
    namespace.remove();
  }

  private AgentRuntime agent() {
    var config =
        new AgentConfig(
            "edge-1",
            instance,
            List.of(InterfaceSettings.enforcing("out0")),
            List.of(),
            100,
            Map.of(),
            LocalEnvelope.guarding(Set.of(Prefix.parse("10.77.0.0/16"))),
            FailMode.CLOSED,
            directory,
            null);
    var nobody =
        new Controller(
            "nobody",
            null,
            executor -> InProcessChannelBuilder.forName("nobody").executor(executor).build());
    return new AgentRuntime(
        config,
        xdp,
        List.of(nobody),
        ScriptedController.VERIFIER,
        new AgentEnvironment(Clock.systemUTC(), new BootClock(), new Random(1), null));
  }

  private List<Path> links() throws IOException {
    var links = new ArrayList<Path>();
    try (Stream<Path> pins = Files.walk(Path.of("/sys/fs/bpf/aegis", instance))) {
      pins.filter(pin -> pin.getFileName().toString().startsWith("link")).forEach(links::add);
    }
    return links;
  }

  @Test
  void program_takenOffInAPartition_isAlarmedAndPutBack() throws Exception {
    try (var log = new LogLines("io.aegis.enforcer.xdp.internal.Protection");
        AgentRuntime agent = agent()) {
      namespace.call(agent::start);
      assertThat(agent.status().problems()).isEmpty();
      for (Path link : links()) {
        TestNamespace.run("bpftool link detach pinned " + link);
      }
      AgentRig.eventually(() -> !log.lines().isEmpty(), "the enforcer notices");
      AgentRig.eventually(() -> agent.status().problems().isEmpty(), "it enforces again");
      assertThat(agent.status().isConnected()).isFalse();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("ALARM event=attached-again interface=out0", "had been taken off");
    }
  }

  @Test
  void interface_thatVanishesInAPartition_isAlarmedOnce() throws Exception {
    try (var log = new LogLines(HealthWatch.class);
        AgentRuntime agent = agent()) {
      namespace.call(agent::start);
      namespace.ip("link delete out0");
      AgentRig.eventually(() -> !agent.status().problems().isEmpty(), "the agent notices");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("ALARM event=not-enforcing", "out0: the interface is gone");
    }
  }
}
