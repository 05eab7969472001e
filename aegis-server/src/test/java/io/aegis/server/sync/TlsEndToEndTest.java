package io.aegis.server.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Prefix;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.agent.AgentConfig;
import io.aegis.server.agent.AgentEnvironment;
import io.aegis.server.agent.AgentRuntime;
import io.aegis.server.agent.FailMode;
import io.aegis.server.agent.LocalEnvelope;
import io.aegis.server.agent.TlsControllers;
import io.aegis.server.pki.AgentBundle;
import io.aegis.server.pki.AgentCredentials;
import io.aegis.server.pki.ControllerPki;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends over TLS on the loopback, with certificates as the controller makes them. */
class TlsEndToEndTest {

  @TempDir private Path directory;
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final FakeDesiredState state = new FakeDesiredState();
  private final AtomicReference<Enforcer> enforcer = new AtomicReference<>();
  private ControllerPki pki;
  private GatewaySync sync;
  private TlsListener listener;

  @BeforeEach
  void start() throws Exception {
    pki = ControllerPki.open(directory.resolve("pki"), Set.of("127.0.0.1"), Clock.systemUTC());
    sync = sync(pki);
    listener = listen(pki);
  }

  private GatewaySync sync(ControllerPki own) {
    var made =
        new GatewaySync(
            state,
            new FakeGatewayRegistry(),
            own.signingKey().sealer(),
            SyncServerConfig.listeningOn("127.0.0.1", 0),
            Clock.systemUTC());
    made.start();
    closing.push(made::close);
    return made;
  }

  private TlsListener listen(ControllerPki own) throws IOException {
    var config =
        new SyncServerConfig("127.0.0.1", 0, SyncRig.FAST, SyncServerConfig.DEFAULT_MAX_PENDING);
    var made = new TlsListener(sync, config, own.server());
    made.start();
    closing.push(made::close);
    return made;
  }

  @AfterEach
  void stop() {
    closing.forEach(Runnable::run);
  }

  private AgentCredentials credentials(ControllerPki from, String name) throws Exception {
    Path bundle = directory.resolve("bundle-" + name + "-" + System.nanoTime());
    AgentBundle.write(
        from.authority(),
        name,
        bundle,
        List.of(InetSocketAddress.createUnresolved("127.0.0.1", 1)),
        Clock.systemUTC());
    return AgentCredentials.load(
        new AgentCredentials.Files(
            bundle.resolve("agent.crt"),
            bundle.resolve("agent.key"),
            bundle.resolve("ca.crt"),
            bundle.resolve("verification.pub")),
        Clock.systemUTC());
  }

  private AgentRuntime agent(AgentCredentials credentials, String name) throws Exception {
    var controllers =
        new TlsControllers(
            List.of(InetSocketAddress.createUnresolved("127.0.0.1", listener.port())),
            credentials.identity());
    closing.push(controllers::close);
    var config =
        new AgentConfig(
            name,
            "tls",
            List.of(InterfaceSettings.enforcing("wan")),
            List.of(),
            1000,
            Map.of(),
            LocalEnvelope.guarding(Set.of(Prefix.parse("10.77.0.0/16"))),
            FailMode.STATIC_BOUNDED,
            directory.resolve("agent-" + name + "-" + System.nanoTime()),
            null);
    var agent =
        new AgentRuntime(
            config,
            new Provider(),
            controllers.controllers(),
            credentials.verifier(),
            AgentEnvironment.ofThisMachine(Clock.systemUTC(), null));
    agent.start();
    closing.push(agent::close);
    return agent;
  }

  private final class Provider implements EnforcerProvider {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Enforcer open(EnforcerSettings settings) {
      Enforcer opened = new InMemoryEnforcerProvider().open(settings);
      enforcer.set(opened);
      return opened;
    }

    @Override
    public List<String> detach(String instance) {
      return List.of();
    }
  }

  @Test
  void grant_committed_isInForce() throws Exception {
    AgentRuntime agent = agent(credentials(pki, "edge-1"), "edge-1");
    SyncRig.eventually(() -> agent.status().isConnected(), "the agent connects");

    var outcomes = sync.committed(List.of(state.put(SyncRig.grant(1))), SyncRig.PATIENCE).join();

    assertThat(outcomes.get("edge-1")).isInstanceOf(Distribution.Outcome.Enforced.class);
    assertThat(enforcer.get().grants()).extracting(Grant::id).containsExactly(new GrantId(1));
  }

  /** The times are for people: machines differ. */
  @Test
  void grants_committedOneByOne_printsHowLongItTakes() throws Exception {
    AgentRuntime agent = agent(credentials(pki, "edge-1"), "edge-1");
    SyncRig.eventually(() -> agent.status().isConnected(), "the agent connects");
    int rounds = 500;
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      GrantChange change = state.put(SyncRig.grant(1 + i));
      long began = System.nanoTime();
      var outcomes = sync.committed(List.of(change), SyncRig.PATIENCE).join();
      nanos[i] = System.nanoTime() - began;
      assertThat(outcomes.get("edge-1")).isInstanceOf(Distribution.Outcome.Enforced.class);
    }
    Arrays.sort(nanos);
    System.out.printf(
        "committed to in force over TLS: median %d us, p99 %d us, most %d us%n",
        nanos[rounds / 2] / 1000, nanos[rounds * 99 / 100] / 1000, nanos[rounds - 1] / 1000);
  }

  @Test
  void agent_withAnotherName_isRefused() throws Exception {
    AgentRuntime agent = agent(credentials(pki, "edge-2"), "edge-1");
    SyncRig.eventually(
        () -> agent.status().trouble().contains("PERMISSION_DENIED"), "the agent is refused");
    assertThat(agent.status().trouble()).contains("the name in the certificate, which is 'edge-2'");
    assertThat(sync.guarding(SyncRig.grant(1).target())).isEmpty();
  }

  @Test
  void agent_ofAnotherAuthority_isRefused() throws Exception {
    var others =
        ControllerPki.open(directory.resolve("others"), Set.of("127.0.0.1"), Clock.systemUTC());
    AgentCredentials stranger = credentials(others, "edge-1");
    AgentCredentials mine = credentials(pki, "edge-1");
    // It believes the controller, but the controller need not believe it.
    var mixed =
        new AgentCredentials(
            "edge-1",
            new io.aegis.server.pki.TlsIdentity(
                stranger.identity().key(),
                stranger.identity().chain(),
                mine.identity().authority()),
            mine.verifier());
    AgentRuntime agent = agent(mixed, "edge-1");
    SyncRig.eventually(() -> !agent.status().trouble().isEmpty(), "the agent is refused");
    assertThat(agent.status().isConnected()).isFalse();
    assertThat(sync.guarding(SyncRig.grant(1).target())).isEmpty();
  }

  @Test
  void agent_withTheServersCertificate_isRefused() throws Exception {
    AgentCredentials mine = credentials(pki, "edge-1");
    var mixed = new AgentCredentials("edge-1", pki.server(), mine.verifier());
    AgentRuntime agent = agent(mixed, "edge-1");
    SyncRig.eventually(() -> !agent.status().trouble().isEmpty(), "the agent is refused");
    assertThat(sync.guarding(SyncRig.grant(1).target())).isEmpty();
  }

  @Test
  void controller_ofAnotherAuthority_isNotBelieved() throws Exception {
    var others =
        ControllerPki.open(directory.resolve("others"), Set.of("127.0.0.1"), Clock.systemUTC());
    AgentRuntime agent = agent(credentials(others, "edge-1"), "edge-1");
    SyncRig.eventually(
        () -> agent.status().trouble().contains("not of the CA in agent.ca"), "the agent says why");
  }

  @Test
  void controller_whoseCertificateHasExpired_isNotBelieved() throws Exception {
    Clock lastYear = Clock.offset(Clock.systemUTC(), Duration.ofDays(-400));
    Path old = directory.resolve("old");
    ControllerPki expired = ControllerPki.open(old, Set.of("127.0.0.1"), lastYear);
    listener = listen(expired);
    AgentRuntime agent = agent(credentials(expired, "edge-1"), "edge-1");
    SyncRig.eventually(
        () -> agent.status().trouble().contains("the controller's certificate has expired"),
        "the agent says why");
    assertThat(agent.status().trouble()).contains("restart the controller", "clock");
    assertThat(agent.status().isConnected()).isFalse();
  }

  @Test
  void controller_underAnotherName_isNotBelieved() throws Exception {
    var renamed =
        ControllerPki.open(directory.resolve("pki"), Set.of("controller.test"), Clock.systemUTC());
    listener = listen(renamed);
    AgentRuntime agent = agent(credentials(renamed, "edge-1"), "edge-1");
    SyncRig.eventually(
        () -> agent.status().trouble().contains("does not name the address dialed"),
        "the agent says why");
  }

  @Test
  void controller_withAnotherSigningKey_opensNothing() throws Exception {
    var others =
        ControllerPki.open(directory.resolve("others"), Set.of("127.0.0.1"), Clock.systemUTC());
    AgentCredentials mine = credentials(pki, "edge-1");
    var mixed =
        new AgentCredentials("edge-1", mine.identity(), credentials(others, "edge-1").verifier());
    AgentRuntime agent = agent(mixed, "edge-1");
    SyncRig.eventually(() -> agent.status().isConnected(), "the agent connects");

    var outcomes = sync.committed(List.of(state.put(SyncRig.grant(1))), SyncRig.PATIENCE).join();

    assertThat(outcomes.get("edge-1"))
        .isInstanceOfSatisfying(
            Distribution.Outcome.Refused.class,
            refused ->
                assertThat(refused.message())
                    .startsWith("BAD_SIGNATURE: ")
                    .contains("is unknown here"));
    assertThat(enforcer.get().grants()).isEmpty();
  }

  @Test
  void listener_onATakenPort_saysWhichAndWhatToDo() {
    var config =
        new SyncServerConfig(
            "127.0.0.1", listener.port(), SyncTiming.DEFAULT, SyncServerConfig.DEFAULT_MAX_PENDING);
    try (var second = new TlsListener(sync, config, pki.server())) {
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("listening for agents on 127.0.0.1 port " + listener.port())
          .hasMessageContaining("in use");
    }
  }
}
