package io.aegis.server.sync;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.agent.AgentConfig;
import io.aegis.server.agent.AgentEnvironment;
import io.aegis.server.agent.AgentRuntime;
import io.aegis.server.agent.Controller;
import io.aegis.server.agent.FailMode;
import io.aegis.server.agent.LocalEnvelope;
import io.aegis.wire.SealVerifier;
import io.aegis.wire.Sealer;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Both ends in one process, over the in-process transport, with everything real but the store. */
final class SyncRig implements AutoCloseable {

  static final KeyPair PAIR = ed25519();
  static final Sealer SEALER = new Sealer("test", PAIR.getPrivate());
  static final SealVerifier VERIFIER = new SealVerifier(Map.of("test", PAIR.getPublic()));
  static final Duration PATIENCE = Duration.ofSeconds(10);
  static final SyncTiming FAST =
      new SyncTiming(
          Duration.ofSeconds(30),
          Duration.ofMillis(200),
          Duration.ofMinutes(5),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5));

  final FakeDesiredState state = new FakeDesiredState();
  final FakeGatewayRegistry registry = new FakeGatewayRegistry();
  final GatewaySync sync;
  final String name = "rig-" + System.nanoTime();
  final LocalListener listener;
  private final Deque<Runnable> closing = new ArrayDeque<>();

  SyncRig(SyncTiming timing) {
    this(timing, SyncServerConfig.DEFAULT_MAX_PENDING);
  }

  SyncRig(SyncTiming timing, int maxPending) {
    var config = new SyncServerConfig("127.0.0.1", 0, timing, maxPending);
    sync = new GatewaySync(state, registry, SEALER, config, Clock.systemUTC());
    listener = new LocalListener(sync, "edge-1", name);
  }

  SyncRig start() throws IOException {
    sync.start();
    listener.start();
    closing.push(sync::close);
    closing.push(listener::close);
    return this;
  }

  static KeyPair ed25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** An agent with an in-memory enforcer, and a way to that enforcer. */
  final class Agent implements EnforcerProvider, AutoCloseable {
    private final AgentRuntime runtime;
    private volatile @Nullable Enforcer enforcer;

    Agent(Path directory, int maxGrants) {
      runtime =
          new AgentRuntime(
              config(directory, maxGrants, Set.of(Prefix.parse("10.77.0.0/16"))),
              this,
              List.of(controller()),
              VERIFIER,
              AgentEnvironment.ofThisMachine(Clock.systemUTC(), null));
    }

    Agent start() throws IOException {
      runtime.start();
      closing.push(this::close);
      return this;
    }

    Agent connected() {
      eventually(() -> runtime.status().isConnected(), "the agent connects");
      return this;
    }

    AgentRuntime runtime() {
      return runtime;
    }

    Enforcer enforcer() {
      return requireNonNull(enforcer, "the agent has not started");
    }

    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Enforcer open(EnforcerSettings settings) {
      Enforcer opened = new InMemoryEnforcerProvider().open(settings);
      enforcer = opened;
      return opened;
    }

    @Override
    public List<String> detach(String instance) {
      return List.of();
    }

    @Override
    public void close() {
      runtime.close();
    }
  }

  Agent agent(Path directory) {
    return new Agent(directory, 1_000);
  }

  Agent agent(Path directory, int maxGrants) {
    return new Agent(directory, maxGrants);
  }

  Controller controller() {
    return new Controller(
        "local",
        null,
        executor -> InProcessChannelBuilder.forName(name).executor(executor).build());
  }

  static AgentConfig config(Path directory, int maxGrants, Set<Prefix> guards) {
    return new AgentConfig(
        "edge-1",
        "rig",
        List.of(InterfaceSettings.enforcing("wan")),
        List.of(),
        maxGrants,
        Map.of(),
        LocalEnvelope.guarding(guards),
        FailMode.STATIC_BOUNDED,
        directory,
        null);
  }

  static Grant grant(long id) {
    return grant(id, Instant.now().plusSeconds(3600));
  }

  static Grant grant(long id, Instant expiry) {
    Instant soft = Instant.now().plusSeconds(240);
    return Grant.until(
            new GrantId(id),
            IpAddress.parse("10.77.200." + (id % 250 + 1)),
            Target.of(
                IpAddress.parse("10.77." + (id / 60_000 % 200) + ".9"),
                Protocol.TCP,
                (int) (id % 60_000) + 1),
            expiry)
        .withSoftExpiry(soft.isBefore(expiry) ? soft : expiry);
  }

  /** Waits for something that happens by itself; fails when it does not. */
  static void eventually(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  Map<String, Distribution.Outcome> commit(GrantChange... changes) {
    return sync.committed(List.of(changes), PATIENCE).join();
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
