package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.server.sync.Distribution.Outcome;
import io.aegis.wire.v1.Ack;
import io.aegis.wire.v1.Nack;
import io.aegis.wire.v1.Resume;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connected agent: what it holds, what is on its way to it, who waits for it. Only what the
 * agent has acknowledged counts as held.
 *
 * <p>Thread-safe: everything is guarded by one lock; futures are completed outside of it.
 */
final class AgentSession {

  private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

  private final String id;
  private final Instant greetedAt;
  private final Peer peer;
  private final Outbound out;
  private final Outbox outbox;
  private final Runnable resyncer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Answers answers = new Answers();
  private final Map<GrantId, GrantChange.Put> refused = new HashMap<>();
  private final List<GrantChange> beforeStart = new ArrayList<>();
  private HeldGrants held = new HeldGrants();
  private boolean started;
  private boolean ended;
  private boolean resyncedThisTurn;

  /**
   * Makes a session that has sent nothing yet.
   *
   * @param greetedAt the clock when its Hello came, which Welcome tells: the earlier it was read,
   *     the less the agent's idea of it is fast
   * @param resyncer asked, without the lock, to call {@link #resync} with a fresh snapshot
   */
  AgentSession(
      String id, Instant greetedAt, Peer peer, Outbound out, Outbox outbox, Runnable resyncer) {
    this.id = id;
    this.greetedAt = greetedAt;
    this.peer = peer;
    this.out = out;
    this.outbox = outbox;
    this.resyncer = resyncer;
  }

  String id() {
    return id;
  }

  Peer peer() {
    return peer;
  }

  /** Whether the stream is over, if its end was reported or not. */
  boolean isGone() {
    return out.isGone();
  }

  /** Begins with what the agent has: {@code revision} and the changes since. */
  void resume(HeldGrants has, long revision, List<GrantChange> since) {
    lock.lock();
    try {
      held = has;
      answers.startAt(revision);
      start(revision, Resume.RESUME_DELTA);
      since.forEach(this::consider);
      considerEarlier();
    } finally {
      lock.unlock();
    }
    flush();
  }

  /** Begins with everything. */
  void begin(DesiredState.Snapshot snapshot) {
    lock.lock();
    try {
      long revision = snapshot.position().revision();
      start(revision, Resume.RESUME_SNAPSHOT);
      outbox.snapshot(revision, guarded(snapshot));
      considerEarlier();
    } finally {
      lock.unlock();
    }
    flush();
  }

  private void start(long revision, Resume resume) {
    started = true;
    if (!ended) {
      outbox.welcome(id, greetedAt, revision, resume);
    }
  }

  private void considerEarlier() {
    beforeStart.forEach(this::consider);
    beforeStart.clear();
  }

  /** Sends everything anew, since the agent and this session no longer agree. */
  void resync(DesiredState.Snapshot snapshot) {
    lock.lock();
    try {
      refused.clear();
      outbox.snapshot(snapshot.position().revision(), guarded(snapshot));
    } finally {
      lock.unlock();
    }
    flush();
  }

  private List<DesiredGrant> guarded(DesiredState.Snapshot snapshot) {
    return snapshot.grants().stream()
        .filter(desired -> Guards.concern(peer.guards(), desired.grant().target()))
        .toList();
  }

  /** Takes committed changes, in commit order; {@link #flush} sends them. */
  void offer(List<GrantChange> changes) {
    lock.lock();
    try {
      if (started) {
        changes.forEach(this::consider);
      } else {
        beforeStart.addAll(changes);
      }
    } finally {
      lock.unlock();
    }
  }

  private void consider(GrantChange change) {
    if (!outbox.isNews(change)) {
      return;
    }
    GrantId grant = change.grantId();
    if (change instanceof GrantChange.Removed) {
      refused.remove(grant);
    }
    boolean fits = true;
    if (Guards.concern(peer.guards(), change.target())) {
      fits = outbox.add(change);
    } else if (held.contains(grant) || outbox.mayCarry(grant)) {
      // It leads elsewhere now: for this gateway it is gone.
      fits = outbox.add(new GrantChange.Removed(change.revision(), grant, change.target()));
    }
    if (!fits) {
      askForSnapshot("too many changes wait for it");
    }
  }

  /** Waits for the agent's answer to changes that were or will be offered. */
  CompletableFuture<Outcome> await(List<GrantChange> changes) {
    Waiter waiter = new Waiter(changes);
    List<Waiter> settled;
    lock.lock();
    try {
      if (ended) {
        return CompletableFuture.completedFuture(new Outcome.Away());
      }
      answers.await(waiter);
      settled = answers.takeSettled();
    } finally {
      lock.unlock();
    }
    settled.forEach(Waiter::complete);
    return waiter.future();
  }

  /** Sends what may be sent now, and asks for a snapshot if one is wanted. */
  void flush() {
    boolean wants;
    lock.lock();
    try {
      while (started && !ended && outbox.sendNext(held)) {
        // Each round sends one message.
      }
      wants = started && !ended && outbox.wantsSnapshot() && !resyncedThisTurn;
      resyncedThisTurn |= wants;
    } finally {
      lock.unlock();
    }
    if (wants) {
      resyncer.run();
    }
  }

  private void askForSnapshot(String reason) {
    if (!outbox.wantsSnapshot()) {
      outbox.wantSnapshot();
      LOG.warn("gateway={} event=resync reason=\"{}\"", peer.gateway(), reason);
    }
  }

  /**
   * The agent has applied a flight.
   *
   * @throws io.aegis.wire.WireException if the message breaks the contract
   */
  void acknowledged(Ack ack) {
    List<Waiter> settled;
    lock.lock();
    try {
      Flight flight = answered(ack.getSerial());
      if (flight == null) {
        return;
      }
      AckReading reading = AckReading.of(ack, flight);
      land(flight, reading);
      settled = answers.landed(flight, reading.receipts(), reading.errors());
    } finally {
      lock.unlock();
    }
    settled.forEach(Waiter::complete);
    flush();
  }

  private @Nullable Flight answered(long serial) {
    Flight flight = ended ? null : outbox.answered(serial);
    if (flight == null && !ended) {
      ended = true;
      out.end(
          Status.INVALID_ARGUMENT.withDescription(
              "serial: " + serial + " is not the oldest unanswered message"));
    }
    return flight;
  }

  private void land(Flight flight, AckReading reading) {
    Map<GrantId, String> errors = reading.errors();
    errors.forEach((grant, message) ->
        LOG.warn(
            "gateway={} event=item-refused grant={} message=\"{}\"",
            peer.gateway(),
            grant,
            message));
    flight.land(held, errors.keySet());
    for (GrantChange.Put put : flight.puts()) {
      // A removal can have overtaken the snapshot that it was refused in.
      boolean overtaken = answers.hasAnsweredAfter(put.grantId(), put.revision());
      if (errors.containsKey(put.grantId()) && !overtaken) {
        refused.put(put.grantId(), put);
      } else {
        refused.remove(put.grantId());
      }
    }
    // What ended by itself before its extension came is offered once more, whole: if it ended for
    // good, the agent says so.
    flight.extensions().stream()
        .filter(put -> errors.containsKey(put.grantId()) && !outbox.isPending(put.grantId()))
        .toList()
        .forEach(outbox::add);
    if (flight.removes().stream().anyMatch(removed -> errors.containsKey(removed.grantId()))) {
      askForSnapshot("a removal failed");
    } else if (!reading.digest().equals(held.digest())) {
      askForSnapshot(
          "at revision %d its digest is %s, not %s"
              .formatted(flight.revision(), reading.digest(), held.digest()));
    }
  }

  /** The agent could not apply a flight, or found something else in the kernel than it should. */
  void rejected(Nack nack) {
    lock.lock();
    try {
      boolean unexpected = nack.getSerial() != 0 && answered(nack.getSerial()) == null;
      if (unexpected || outbox.isSnapshotOnItsWay()) {
        return;
      }
      askForSnapshot("it says: " + nack.getMessage());
    } finally {
      lock.unlock();
    }
    flush();
  }

  /** Renews the lease, and lets a resync be tried again. */
  void renewLease() {
    lock.lock();
    try {
      resyncedThisTurn = false;
      if (started && !ended) {
        outbox.lease();
      }
      answers.takeSettled();
    } finally {
      lock.unlock();
    }
    flush();
  }

  /** Offers once more what the agent refused: there may be room now. */
  void reoffer(Instant now) {
    lock.lock();
    try {
      refused.values().stream()
          .filter(put -> put.desired().grant().hardExpiry().isAfter(now))
          .filter(put -> !outbox.isPending(put.grantId()))
          .toList()
          .forEach(outbox::add);
    } finally {
      lock.unlock();
    }
    flush();
  }

  /** Ends the session; everybody who waits learns that the gateway is away. */
  void end(Status status) {
    Collection<Waiter> waiting;
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        out.end(status);
      }
      waiting = answers.takeAll();
    } finally {
      lock.unlock();
    }
    // On another thread: whoever waits may do anything, and our caller may hold a lock.
    waiting.forEach(waiter -> waiter.future().completeAsync(Outcome.Away::new));
  }

  /** What is known of the agent, for the case that it returns; only after {@link #end}. */
  SessionMemory memory(long epoch) {
    lock.lock();
    try {
      return new SessionMemory(
          epoch, peer.guards(), held, answers.acknowledged(), outbox.unanswered());
    } finally {
      lock.unlock();
    }
  }

  /** The grant as this agent holds it, if it does. */
  @Nullable DesiredGrant held(GrantId grant) {
    lock.lock();
    try {
      return held.get(grant);
    } finally {
      lock.unlock();
    }
  }
}
