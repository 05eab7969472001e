package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.api.Target;
import io.aegis.server.sync.DesiredState.Snapshot;
import io.aegis.server.sync.GatewayRegistry.Gateway;
import io.aegis.wire.Sealer;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's end of the wire, whatever carries it: brings committed changes to the connected
 * agents in commit order and tells who asked what became of them.
 *
 * <p>Nothing depends on {@link #committed} being called: a change whose announcement was lost is
 * found in the change log at the next turn, at most one lease renewal later.
 *
 * <p>Thread-safe. Locks are taken in the order: this, session.
 */
public final class GatewaySync implements Distribution, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GatewaySync.class);

  private final DesiredState state;
  private final GatewayRegistry registry;
  private final Sealer sealer;
  private final SyncServerConfig config;
  private final InstantSource clock;
  private final Sessions sessions;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Gateway> known = new TreeMap<>();
  private @Nullable ScheduledExecutorService timer;
  private long epoch;
  private long head;

  /**
   * Makes the controller's end; it serves nobody before {@link #start}.
   *
   * @param state what shall be enforced
   * @param registry the gateways there are
   * @param sealer signs grants
   * @param config timing and limits
   * @param clock the controller's clock
   */
  public GatewaySync(
      DesiredState state,
      GatewayRegistry registry,
      Sealer sealer,
      SyncServerConfig config,
      InstantSource clock) {
    this.state = state;
    this.registry = registry;
    this.sealer = sealer;
    this.config = config;
    this.clock = clock;
    this.sessions = new Sessions(config.timing(), clock);
  }

  /** Reads where desired state stands and begins to renew leases. Called once. */
  public void start() {
    lock.lock();
    try {
      Position position = state.position();
      epoch = position.epoch();
      head = position.revision();
      registry.gateways().forEach(gateway -> known.put(gateway.name(), gateway));
    } finally {
      lock.unlock();
    }
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("aegis-sync-timer").daemon().factory());
    every(config.timing().leaseEvery(), this::turn);
    every(config.timing().extendEvery(), this::reoffer);
  }

  private void every(Duration period, Runnable task) {
    if (timer != null) {
      var _ =
          timer.scheduleAtFixedRate(
              () -> guarded(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  // A task that threw would never run again, and leases would end without a word.
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("event=sync-turn-failed action=\"tried again at the next turn\"", e);
    }
  }

  /** Ends all sessions. Agents keep what they have until it expires. */
  @Override
  public void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
    sessions.endAll(Status.UNAVAILABLE.withDescription("the controller stops"));
  }

  @Override
  public CompletableFuture<Map<String, Outcome>> committed(
      List<GrantChange> changes, Duration patience) {
    var waits = new TreeMap<String, CompletableFuture<Outcome>>();
    lock.lock();
    try {
      for (Gateway gateway : known.values()) {
        List<GrantChange> concerning =
            changes.stream()
                .filter(change -> Guards.concern(gateway.guards(), change.target()))
                .toList();
        if (!concerning.isEmpty()) {
          waits.put(gateway.name(), await(gateway.name(), concerning, patience));
        }
      }
      advance(changes);
    } finally {
      lock.unlock();
    }
    sessions.live().forEach(AgentSession::flush);
    return CompletableFuture.allOf(waits.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> {
          var outcomes = new TreeMap<String, Outcome>();
          waits.forEach((name, outcome) -> outcomes.put(name, outcome.join()));
          return outcomes;
        });
  }

  private CompletableFuture<Outcome> await(
      String gateway, List<GrantChange> changes, Duration patience) {
    AgentSession session = sessions.of(gateway);
    return session == null
        ? CompletableFuture.completedFuture(new Outcome.Away())
        : session
            .await(changes)
            .completeOnTimeout(new Outcome.TimedOut(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  // Two threads may commit 5 and 6 and come here in the other order: what is missing in between is
  // in the log already, and the late comer finds nothing left to do.
  private void advance(List<GrantChange> changes) {
    List<GrantChange> fresh = changes.stream().filter(change -> change.revision() > head).toList();
    if (fresh.isEmpty()) {
      return;
    }
    if (fresh.getFirst().revision() == head + 1) {
      deliver(fresh);
    } else {
      catchUp();
    }
  }

  private void catchUp() {
    Optional<List<GrantChange>> missed = state.since(head);
    if (missed.isPresent()) {
      deliver(missed.get());
    } else {
      head = state.position().revision();
      LOG.warn("event=change-log-short revision={} action=\"sending snapshots\"", head);
      sessions.live().forEach(this::resync);
    }
  }

  private void deliver(List<GrantChange> changes) {
    if (!changes.isEmpty()) {
      head = changes.getLast().revision();
      sessions.live().forEach(session -> session.offer(changes));
    }
  }

  private void resync(AgentSession session) {
    session.resync(state.snapshot());
  }

  /** What happens at every lease renewal. */
  private void turn() {
    lock.lock();
    try {
      Position position = state.position();
      if (position.epoch() != epoch) {
        LOG.error("event=epoch-changed from={} to={}", epoch, position.epoch());
        epoch = position.epoch();
        head = position.revision();
        sessions.endAll(Status.UNAVAILABLE.withDescription("the controller's epoch changed"));
      } else if (position.revision() > head) {
        catchUp();
      }
    } finally {
      lock.unlock();
    }
    sessions.live().stream().filter(AgentSession::isGone).forEach(this::left);
    for (AgentSession silent : sessions.silent()) {
      LOG.warn("gateway={} event=silent for={}", silent.peer().gateway(), config.timing().lease());
      left(silent);
    }
    sessions.live().forEach(AgentSession::renewLease);
  }

  private void reoffer() {
    Instant now = clock.instant();
    sessions.live().forEach(session -> session.reoffer(now));
  }

  /**
   * An agent has said Hello: makes its session and sends the first messages.
   *
   * @throws io.grpc.StatusRuntimeException if it is refused
   */
  AgentSession attach(Peer peer, Outbound out) {
    Instant greetedAt = clock.instant();
    AgentSession session;
    long sessionEpoch;
    lock.lock();
    try {
      sessionEpoch = epoch;
      requireEpoch(peer);
      session = sessions.open(peer, id -> session(id, greetedAt, peer, out), epoch);
      known.put(peer.gateway(), gateway(peer));
    } finally {
      lock.unlock();
    }
    registry.seen(gateway(peer));
    begin(session, peer, sessionEpoch);
    return session;
  }

  private AgentSession session(String id, Instant greetedAt, Peer peer, Outbound out) {
    var writer = new MessageWriter(peer.gateway(), epoch, sealer, config.timing(), clock);
    var outbox = new Outbox(out, writer, config.maxPending());
    return new AgentSession(id, greetedAt, peer, out, outbox, () -> resync(peer.gateway()));
  }

  private void resync(String gateway) {
    AgentSession session = sessions.of(gateway);
    if (session != null) {
      resync(session);
    }
  }

  private void requireEpoch(Peer peer) {
    if (peer.highestEpoch() > epoch) {
      String message =
          "gateway %s has applied epoch %d, this controller is at %d: its database is older; raise the epoch or restore the newer one"
              .formatted(peer.gateway(), peer.highestEpoch(), epoch);
      LOG.error("event=epoch-behind message=\"{}\"", message);
      throw Status.FAILED_PRECONDITION.withDescription(message).asRuntimeException();
    }
  }

  private Gateway gateway(Peer peer) {
    return new Gateway(peer.gateway(), peer.guards(), peer.addresses(), clock.instant());
  }

  private void begin(AgentSession session, Peer peer, long sessionEpoch) {
    Optional<HeldGrants> held = sessions.remembered(peer, sessionEpoch);
    Optional<List<GrantChange>> since =
        held.isPresent() ? state.since(peer.appliedRevision()) : Optional.empty();
    String how;
    if (held.isPresent() && since.isPresent()) {
      session.resume(held.get(), peer.appliedRevision(), since.get());
      how = "delta";
    } else {
      how = beginFrom(state.snapshot(), session, peer);
    }
    LOG.info(
        "gateway={} event=connected session={} resume={} guards={}",
        peer.gateway(),
        session.id(),
        how,
        peer.guards().size());
  }

  // After a restart of the controller nothing is remembered of the agent, but if nothing changed
  // meanwhile it holds just this snapshot.
  private static String beginFrom(Snapshot snapshot, AgentSession session, Peer peer) {
    var whole = new HeldGrants();
    snapshot.grants().stream()
        .filter(desired -> Guards.concern(peer.guards(), desired.grant().target()))
        .forEach(whole::put);
    boolean same =
        peer.appliedEpoch() == snapshot.position().epoch()
            && peer.appliedRevision() == snapshot.position().revision()
            && peer.digest().equals(whole.digest());
    if (same) {
      session.resume(whole, peer.appliedRevision(), List.of());
      return "unchanged";
    }
    session.begin(snapshot);
    return "snapshot";
  }

  /** An agent's stream has ended. */
  void left(AgentSession session) {
    long now;
    lock.lock();
    try {
      now = epoch;
    } finally {
      lock.unlock();
    }
    if (sessions.close(session, now)) {
      registry.seen(gateway(session.peer()));
      LOG.info("gateway={} event=disconnected session={}", session.peer().gateway(), session.id());
    }
  }

  Sessions sessions() {
    return sessions;
  }

  @Override
  public List<String> guarding(Target target) {
    lock.lock();
    try {
      return known.values().stream()
          .filter(gateway -> Guards.concern(gateway.guards(), target))
          .map(Gateway::name)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Instant> lastAdmitted(GrantId id) {
    return sessions.lastAdmitted(id);
  }
}
