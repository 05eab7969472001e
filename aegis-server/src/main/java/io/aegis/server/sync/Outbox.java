package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.wire.v1.Resume;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one agent and what is on its way. Guarded by the session's lock.
 *
 * <p>Removes go out at once, also past a snapshot that is being sent. Additions wait while a
 * snapshot is sent or wanted, or too much is unanswered; of each grant only the latest waits. Every
 * message has a serial number, and the agent answers flights in order.
 */
final class Outbox {

  /** How many flights may be unanswered before additions wait. */
  static final int WINDOW = 16;

  private final Outbound out;
  private final MessageWriter writer;
  private final int maxPending;
  private final PendingChanges pending = new PendingChanges();
  private final Deque<Flight> inFlight = new ArrayDeque<>();
  private @Nullable SnapshotInProgress outgoing;
  private boolean awaitsSnapshot;
  // A fresh session has no lease yet, and need not wait for the next renewal.
  private boolean owesLease = true;
  private long serial;
  // The revision up to which changes are known here, and the one up to which they were sent.
  private long offered;
  private long sent;

  Outbox(Outbound out, MessageWriter writer, int maxPending) {
    this.out = out;
    this.writer = writer;
    this.maxPending = maxPending;
  }

  void welcome(String session, Instant now, long revision, Resume resume) {
    offered = revision;
    sent = revision;
    out.send(writer.welcome(session, now, resume, revision));
  }

  /** Begins to send a snapshot in place of what waited for it. */
  void snapshot(long revision, List<DesiredGrant> grants) {
    awaitsSnapshot = false;
    pending.dropUpTo(revision);
    offered = Math.max(offered, revision);
    outgoing = new SnapshotInProgress(revision, grants);
  }

  /** Whether this change is news; if so, it counts as offered. */
  boolean isNews(GrantChange change) {
    if (change.revision() <= offered) {
      return false;
    }
    offered = change.revision();
    return true;
  }

  /** Lets a change wait; returns false if that was one too many, and a snapshot is wanted. */
  boolean add(GrantChange change) {
    pending.add(change);
    if (pending.size() <= maxPending || !pending.hasPuts()) {
      return true;
    }
    pending.dropPuts();
    return false;
  }

  /** Whether the agent may get or have got this grant by something not yet answered. */
  boolean mayCarry(GrantId id) {
    return pending.contains(id)
        || outgoing != null
        || inFlight.stream().anyMatch(f -> f.snapshot() || f.carries().containsKey(id));
  }

  boolean isPending(GrantId id) {
    return pending.contains(id);
  }

  void wantSnapshot() {
    awaitsSnapshot = true;
  }

  boolean wantsSnapshot() {
    return awaitsSnapshot;
  }

  boolean isSnapshotOnItsWay() {
    return outgoing != null || inFlight.stream().anyMatch(Flight::snapshot);
  }

  /**
   * Sends one message if one may be sent; returns whether it did.
   *
   * @param held what the agent has acknowledged
   */
  boolean sendNext(HeldGrants held) {
    if (!out.isReady()) {
      return false;
    }
    boolean additionsWait = outgoing != null || awaitsSnapshot || inFlight.size() >= WINDOW;
    if (pending.hasRemoves() && additionsWait) {
      send(new Flight(++serial, sent, false, pending.takeRemoves(), List.of(), List.of()));
      return true;
    }
    if (outgoing != null) {
      sendChunk(outgoing);
      return true;
    }
    if (owesLease && !awaitsSnapshot) {
      owesLease = false;
      out.send(writer.lease(++serial, sent));
      return true;
    }
    if (additionsWait || !(pending.hasRemoves() || pending.hasPuts())) {
      return false;
    }
    sendChanges(held);
    return true;
  }

  private void sendChanges(HeldGrants held) {
    var removes = pending.takeRemoves();
    var flying = new HashSet<GrantId>();
    inFlight.forEach(flight -> flying.addAll(flight.carries().keySet()));
    var puts = new ArrayList<GrantChange.Put>();
    var extensions = new ArrayList<GrantChange.Put>();
    for (GrantChange.Put put : pending.takePuts(SnapshotInProgress.CHUNK)) {
      boolean settled = !flying.contains(put.grantId());
      (settled && held.differsInSoftExpiryAlone(put.desired()) ? extensions : puts).add(put);
    }
    long reaches = pending.hasPuts() ? sent : offered;
    send(new Flight(++serial, reaches, false, removes, puts, extensions));
  }

  private void send(Flight flight) {
    inFlight.add(flight);
    out.send(writer.delta(flight, sent));
    sent = flight.revision();
  }

  private void sendChunk(SnapshotInProgress snapshot) {
    SnapshotInProgress.Chunk chunk = snapshot.nextChunk();
    serial++;
    if (chunk.last()) {
      inFlight.add(snapshot.flight(serial));
      sent = chunk.revision();
      outgoing = null;
    }
    out.send(writer.chunk(chunk, serial));
  }

  /** Renews the lease, valid for an agent that has applied everything sent before. */
  void lease() {
    if (!out.isReady() || outgoing != null || awaitsSnapshot) {
      return;
    }
    boolean idle = !pending.hasRemoves() && !pending.hasPuts() && inFlight.isEmpty();
    if (idle && offered > sent) {
      // Nothing of it concerns this gateway; it moves along all the same.
      send(new Flight(++serial, offered, false, List.of(), List.of(), List.of()));
    }
    out.send(writer.lease(++serial, sent));
  }

  /** Takes the flight that is answered; null if it is not the oldest, which is a broken agent. */
  @Nullable Flight answered(long answeredSerial) {
    Flight oldest = inFlight.peek();
    return oldest != null && oldest.serial() == answeredSerial ? inFlight.remove() : null;
  }

  List<Flight> unanswered() {
    return List.copyOf(inFlight);
  }
}
