package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Prefix;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.DropEvent;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.agent.RunningAgent.RefusedException;
import io.aegis.server.agent.RunningAgent.Standing;
import io.aegis.server.standalone.Enforcers;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator has the agent do on a real interface: confirm in time, or not; look at drops.
 */
@Tag("kernel")
final class OperatorIT {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final String instance = "operator-" + ProcessHandle.current().pid();
  private final Path pins = Path.of("/sys/fs/bpf/aegis", instance);
  private final EnforcerProvider xdp = Enforcers.named("xdp", "this test");

  @TempDir private Path directory;
  private TestNamespace namespace;
  private RunningAgent operator;

  @BeforeEach
  void makeNamespace() throws Exception {
    namespace = TestNamespace.create("operator");
    namespace.addPair("out0", "peer0");
    operator = new RunningAgent(directory);
  }

  @AfterEach
  void removeAll() throws Exception {
    xdp.detach(instance);
    namespace.remove();
  }

  private AgentRuntime agent(EnforcerProvider enforcer, @Nullable Duration commitConfirm) {
    return agent(enforcer, commitConfirm, new BootClock());
  }

  private AgentRuntime agent(
      EnforcerProvider enforcer, @Nullable Duration commitConfirm, LongSupplier bootNanos) {
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
            commitConfirm);
    var nobody =
        new Controller(
            "nobody",
            null,
            executor -> InProcessChannelBuilder.forName("nobody").executor(executor).build());
    return new AgentRuntime(
        config,
        enforcer,
        List.of(nobody),
        ScriptedController.VERIFIER,
        new AgentEnvironment(Clock.systemUTC(), bootNanos, new Random(1), null));
  }

  private AgentRuntime started(@Nullable Duration commitConfirm) {
    AgentRuntime agent = agent(xdp, commitConfirm);
    namespace.call(agent::start);
    return agent;
  }

  private boolean isFiltered() throws Exception {
    return namespace.ipOutput("-d link show out0").contains("prog/xdp");
  }

  private Standing standing() {
    return operator.standing().orElseThrow();
  }

  @Test
  void unconfirmed_isTakenAwayInTime_andTheAgentSaysSo() throws Exception {
    try (var log = new LogLines(Trial.class);
        AgentRuntime _ = started(SHORT)) {
      assertThat(isFiltered()).isTrue();
      assertThat(standing().confirmation()).isEqualTo("waiting");
      assertThat(pins).doesNotExist();

      AgentRig.eventually(() -> standing().confirmation().equals("given-up"), "it gives up");

      assertThat(isFiltered()).isFalse();
      assertThatThrownBy(operator::confirm)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("too late");
      assertThat(isFiltered()).isFalse();
      assertThat(log.lines())
          .hasSize(2)
          .anyMatch(line -> line.contains("event=unconfirmed seconds=1"))
          .anyMatch(line -> line.contains("ALARM event=not-confirmed"));
    }
  }

  @Test
  void clockThatFails_doesNotEndTheTrial() throws Exception {
    var failures = new AtomicInteger(2);
    var clock = new BootClock();
    LongSupplier failing =
        () -> {
          if (Thread.currentThread().getName().equals("aegis-trial")
              && failures.getAndDecrement() > 0) {
            throw new IllegalStateException("no time");
          }
          return clock.getAsLong();
        };
    AgentRuntime agent = agent(xdp, SHORT, failing);
    try (agent) {
      namespace.call(agent::start);
      AgentRig.eventually(() -> standing().confirmation().equals("given-up"), "it gives up");
      assertThat(failures.get()).isNegative();
      assertThat(isFiltered()).isFalse();
    }
  }

  @Test
  void unconfirmed_isGoneWhenTheAgentStops() throws Exception {
    try (AgentRuntime _ = started(LONG)) {
      assertThat(isFiltered()).isTrue();
      assertThat(standing().secondsLeft()).isBetween(590L, 600L);
    }
    assertThat(isFiltered()).isFalse();
    assertThat(operator.standing()).isEmpty();
  }

  @Test
  void confirmed_outlivesTheAgent_andTheNextOneNeedsNoConfirmation() throws Exception {
    try (AgentRuntime _ = started(SHORT)) {
      assertThat(operator.confirm()).contains("outlives its agent");
      assertThat(standing().isConfirmed()).isTrue();
      assertThat(operator.confirm()).as("again").contains("outlives its agent");
      assertThat(pins).isDirectory();
    }
    assertThat(isFiltered()).isTrue();
    try (var log = new LogLines(Confirmed.class);
        AgentRuntime _ = started(SHORT)) {
      assertThat(standing().isConfirmed()).isTrue();
      assertThat(log.lines()).singleElement().asString().contains("event=confirmed-before");
    }
    assertThat(isFiltered()).isTrue();
  }

  @Test
  void confirmed_isConfirmedAfterAReboot_butNotForOtherInterfaces() throws Exception {
    try (AgentRuntime _ = started(SHORT)) {
      assertThat(operator.confirm()).contains("outlives its agent");
    }
    xdp.detach(instance); // what a reboot does to pins
    try (AgentRuntime _ = started(SHORT)) {
      assertThat(standing().isConfirmed()).isTrue();
      assertThat(pins).isDirectory();
    }
    xdp.detach(instance);
    operator.forgetConfirmation();
    try (AgentRuntime _ = started(LONG)) {
      assertThat(standing().isConfirmed()).isFalse();
    }
    Files.writeString(directory.resolve("confirmed"), instance + ": out0=AUDIT\n");
    try (AgentRuntime _ = started(LONG)) {
      assertThat(standing().isConfirmed()).as("what was confirmed was audit").isFalse();
    }
    Files.writeString(directory.resolve("confirmed"), instance + ": out0=ENFORCE out1=ENFORCE\n");
    try (AgentRuntime _ = started(LONG)) {
      assertThat(standing().isConfirmed()).isFalse();
    }
  }

  @Test
  void enforcedBeforeThereWasATrial_isConfirmedAfterAReboot() throws Exception {
    try (AgentRuntime _ = started(null)) {
      assertThat(pins).isDirectory();
    }
    try (AgentRuntime _ = started(SHORT)) {
      assertThat(standing().isConfirmed()).isTrue();
    }
    xdp.detach(instance);
    try (AgentRuntime _ = started(SHORT)) {
      assertThat(standing().isConfirmed()).isTrue();
    }
  }

  @Test
  void confirmation_thatCannotBeRemembered_isNone() throws Exception {
    Files.createDirectories(directory.resolve("confirmed.new"));
    try (AgentRuntime _ = started(LONG)) {
      assertThatThrownBy(operator::confirm)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("confirming failed");
      assertThat(standing().isConfirmed()).isFalse();
      assertThat(pins).doesNotExist();
    }
  }

  @Test
  void withoutCommitConfirm_thereIsNothingToConfirm() throws Exception {
    try (AgentRuntime _ = started(null)) {
      assertThat(standing().isConfirmed()).isTrue();
      assertThat(operator.confirm()).contains("outlives its agent");
    }
    assertThat(isFiltered()).isTrue();
  }

  @Test
  void enforcerWithoutCommitConfirm_isRefused_andNothingRuns() {
    AgentRuntime agent = agent(Enforcers.named("memory", "this test"), LONG);
    assertThatThrownBy(agent::start).hasMessageContaining("lacks COMMIT_CONFIRM");
    assertThat(operator.standing()).isEmpty();
  }

  @Test
  void socket_isForItsUserAlone_andReplacesOneOfAnAgentThatWasKilled() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(ControlSocket.path(directory), "left by a kill");
    try (AgentRuntime _ = started(null)) {
      assertThat(Files.getPosixFilePermissions(ControlSocket.path(directory)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(standing().isConfirmed()).isTrue();
    }
    assertThat(ControlSocket.path(directory)).doesNotExist();
    assertThatThrownBy(operator::confirm)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is it running");
  }

  private void dropSomething(int peerIndex) {
    namespace.call(() -> {
      byte[] text = {1, 2, 3};
      try (var socket = new DatagramSocket(4242, InetAddress.getByName("fd77:61::2"))) {
        InetAddress everybody = InetAddress.getByName("ff02::1%" + peerIndex);
        socket.send(new DatagramPacket(text, text.length, everybody, 9));
      }
    });
  }

  @Test
  void drops_areToldToWhoeverLooks() throws Exception {
    namespace.ip("address add fd77:61::2/64 dev peer0 nodad");
    int peer = Integer.parseInt(namespace.ipOutput("-o link show peer0").split(":", 2)[0]);
    var drops = new LinkedBlockingQueue<DropEvent>();
    try (AgentRuntime _ = started(null)) {
      Thread listening = Thread.ofVirtual().start(() -> listen(drops));
      DropEvent drop = null;
      while (drop == null) { // the listener begins when it begins
        dropSomething(peer);
        drop = drops.poll(20, TimeUnit.MILLISECONDS);
        if (drop != null && !Integer.valueOf(9).equals(drop.destinationPort())) {
          drop = null; // the kernel's own chatter
        }
      }
      assertThat(drop.interfaceName()).isEqualTo("out0");
      assertThat(drop.reason()).isEqualTo(Reason.NO_GRANT);
      assertThat(drop.sourcePort()).isEqualTo(4242);
      assertThat(drop.protocol()).hasValue(17);
      assertThat(listening.isAlive()).isTrue();
    }
  }

  private void listen(LinkedBlockingQueue<DropEvent> drops) {
    assertThatThrownBy(() -> operator.listen(drops::add)).isInstanceOf(IOException.class);
  }
}
