package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Prefix;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.sync.SyncTiming;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Welcome;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** An agent's loop whose time, connections and enforcer do what a test says; nothing waits. */
final class SteppedRig implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  final SteppedThread thread = new SteppedThread();
  final SurvivingEnforcer enforcer = new SurvivingEnforcer();
  final List<SteppedChannel> dialed = new ArrayList<>();

  /** What becomes of the next dialing. */
  Function<Executor, SteppedChannel> next = SteppedChannel::connecting;

  final AgentLoop loop;
  final AgentParts parts;
  final Ledger ledger;
  private final StateDirectory directory;
  private final long startNanos = thread.bootNanos();
  final ScriptedController words;

  SteppedRig(Path path, FailMode mode, int controllers) throws IOException {
    var config =
        new AgentConfig(
            "edge-1",
            "stepped",
            List.of(InterfaceSettings.enforcing("wan")),
            List.of(),
            100,
            Map.of(),
            LocalEnvelope.guarding(Set.of(Prefix.parse("10.77.0.0/16"))),
            mode,
            path,
            null);
    directory = StateDirectory.open(path);
    ledger = Ledger.open(directory);
    var clock = new ControllerClock(this::now, thread::bootNanos);
    enforcer.open(config.enforcerSettings(clock));
    var environment = new AgentEnvironment(this::now, thread::bootNanos, new Random(1), null);
    parts =
        AgentParts.of(
            config,
            enforcer,
            ledger,
            ScriptedController.VERIFIER,
            new AgentParts.Machine("stepped", clock, environment));
    words = new ScriptedController();
    var all = new ArrayList<Controller>();
    for (int i = 1; i <= controllers; i++) {
      all.add(new Controller("controller-" + i, null, this::dial));
    }
    loop = new AgentLoop(thread, parts, all, new Backoff(new Random(1)));
    thread.execute(loop::begin);
  }

  private ManagedChannel dial(Executor executor) {
    SteppedChannel channel = next.apply(executor);
    dialed.add(channel);
    return channel;
  }

  /** The true time, which is the controller's and the local one. */
  Instant now() {
    return START.plusNanos(thread.bootNanos() - startNanos);
  }

  void pass(Duration duration) {
    thread.pass(duration);
  }

  SteppedChannel channel() {
    return dialed.getLast();
  }

  /** The controller says this, and the agent takes it. */
  void say(ControllerMessage message) {
    channel().say(message);
    pass(Duration.ZERO);
  }

  /** A Welcome as the stock controller writes it. */
  Welcome.Builder welcome() {
    return Welcome.newBuilder()
        .setSession("s")
        .setClock(WireCodec.encode(now()))
        .setLease(WireCodec.encode(SyncTiming.DEFAULT.lease()))
        .setLeaseEvery(WireCodec.encode(SyncTiming.DEFAULT.leaseEvery()))
        .setSoftLifetime(WireCodec.encode(SyncTiming.DEFAULT.softLifetime()))
        .setExtendEvery(WireCodec.encode(SyncTiming.DEFAULT.extendEvery()))
        .setPosition(ScriptedController.position(1, 5));
  }

  void say(Welcome.Builder welcome) {
    say(ControllerMessage.newBuilder().setWelcome(welcome).build());
  }

  /** Connects, and brings grants into force. */
  void begin(Grant... grants) {
    pass(Duration.ZERO);
    say(welcome());
    words.clock = now();
    say(words.snapshot(1, 5, grants));
  }

  /** The controller sends a delta; returns the agent's answer. */
  AgentMessage exchange(Delta.Builder delta) {
    say(ControllerMessage.newBuilder().setDelta(delta).build());
    return channel().sent.getLast();
  }

  Grant grant(long id, Duration lifetime) {
    return new ScriptedController.Words(now()).grant(id, lifetime);
  }

  List<Long> inForce() {
    return enforcer.grants().stream().map(Grant::id).map(GrantId::value).toList();
  }

  /** How long from now the only grant there is admits anything; negative if it has ended. */
  Duration left() {
    return Duration.between(now(), enforcer.grants().getFirst().softExpiry());
  }

  @Override
  public void close() throws IOException {
    enforcer.kernel().close();
    words.close();
    ledger.close();
    directory.close();
  }
}
