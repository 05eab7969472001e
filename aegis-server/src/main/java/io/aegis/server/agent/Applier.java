package io.aegis.server.agent;

import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.server.sync.Position;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.SnapshotChunk;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the controller sends into force, and writes the answer. The order is always: what is
 * about to change goes into the ledger, then the enforcer is changed, then the cache.
 *
 * <p>Removes come first and are done before anything else of the message is looked at: neither a
 * malformed item nor a full disk nor an enforcer that takes no additions holds them up. Not
 * thread-safe: the agent's thread owns it.
 */
final class Applier {

  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

  private final Enforcer enforcer;
  private final Ledger ledger;
  private final AppliedState state;
  private final GrantGate gate;
  private final InstantSource clock;
  private final AnswerWriter answers;
  private final Removals removals;
  private final Rarely rarely;
  private final RefusalAlarms alarms;
  private final SnapshotParts parts;
  private final DeltaReading reading;

  /**
   * Makes an applier.
   *
   * @param books what is in force, and what must not be any more
   * @param mostGrants how many grants the enforcer takes: more of a snapshot are not kept
   */
  Applier(
      Enforcer enforcer,
      Books books,
      GrantGate gate,
      InstantSource clock,
      AnswerWriter answers,
      int mostGrants) {
    this.enforcer = enforcer;
    this.ledger = books.ledger();
    this.state = books.state();
    this.removals = books.removals();
    this.gate = gate;
    this.clock = clock;
    this.answers = answers;
    this.rarely = new Rarely(clock);
    this.alarms = new RefusalAlarms(rarely);
    this.reading = new DeltaReading(gate, state, clock);
    this.parts = new SnapshotParts(mostGrants, id -> state.get(id) != null);
  }

  /**
   * What the agent writes down.
   *
   * @param ledger on the disk
   * @param state in memory: what is in force
   * @param removals what must not be
   */
  record Books(Ledger ledger, AppliedState state, Removals removals) {}

  /**
   * A controller has answered Hello. Half a snapshot of the last stream is worth nothing now.
   *
   * @param epoch the controller's, not lower than the highest seen
   * @throws IOException if a new epoch could not be written: nothing of it may be applied then
   */
  void streamBegins(long epoch) throws IOException {
    parts.clear();
    ledger.beginEpoch(epoch);
  }

  /** Whether every removal that was asked for is in force. */
  boolean isSound() {
    return removals.areDone();
  }

  /** Tries once more what could not be removed. */
  void retryRemovals() {
    if (!removals.areDone()) {
      removals.retry();
    }
  }

  /**
   * Takes out of the books what the kernel has ended for want of traffic. That is for good: a
   * controller that has not heard of it yet must not open it again.
   */
  void noteEnded() {
    note(state.endedForGood(enforcer.grants(), clock.instant()));
  }

  private void note(List<AppliedState.Applied> ended) {
    var batch = new Ledger.Batch();
    ended.forEach(applied -> batch.ended(applied.grant().id(), applied.version()));
    ledger.note(batch);
    ended.forEach(applied -> state.remove(applied.grant().id()));
  }

  /**
   * Takes a part of a snapshot.
   *
   * @return the answer, if this part asks for one
   */
  Optional<AgentMessage> snapshot(SnapshotChunk chunk) {
    if (!parts.fits(chunk)) {
      parts.clear();
      return Optional.of(
          answers.nack(chunk.getSerial(), "snapshot chunk " + chunk.getIndex() + " does not fit"));
    }
    Position position = SnapshotParts.positionOf(chunk);
    if (position.epoch() != ledger.highestEpoch() || isOlder(position)) {
      parts.clear();
      if (rarely.is("old-snapshot")) {
        LOG.error("ALARM event=old-snapshot position={} applied={}", position, ledger.applied());
      }
      return Optional.of(
          answers.nack(chunk.getSerial(), "the snapshot is older than what is applied"));
    }
    try {
      if (chunk.getIndex() == 0) {
        noteEnded();
      }
    } catch (EnforcerException e) {
      return Optional.of(failed(chunk.getSerial(), e));
    }
    parts.add(chunk, gate.check(chunk.getSeal(), chunk.getResourcesList(), position.epoch()));
    return chunk.getLast() ? Optional.of(replace(chunk.getSerial(), position)) : Optional.empty();
  }

  private boolean isOlder(Position position) {
    return ledger
        .applied()
        .filter(applied ->
            applied.epoch() == position.epoch() && applied.revision() > position.revision())
        .isPresent();
  }

  private AgentMessage replace(long serial, Position position) {
    var outcome = new AnswerWriter.Items();
    Map<GrantId, IssuedGrant> listed = listed(outcome);
    Set<GrantId> gone = new LinkedHashSet<>(ledger.liveIds());
    gone.addAll(state.ids());
    gone.removeAll(listed.keySet());
    Instant now = clock.instant();
    var batch = new Ledger.Batch();
    gone.forEach(id -> batch.removed(id, position.revision(), now));
    ledger.note(batch);
    writeAdditions(listed, outcome);
    try {
      replaceBy(listed, outcome);
    } catch (RuntimeException e) {
      removals.remove(gone);
      return failed(serial, e);
    }
    return answer(serial, position, outcome);
  }

  /** Writes what is about to be opened; what cannot be written is not, and says so. */
  private void writeAdditions(Map<GrantId, IssuedGrant> puts, AnswerWriter.Items outcome) {
    List<IssuedGrant> fresh =
        puts.values().stream()
            .filter(put ->
                !ledger.holds(
                    put.grant().id(), put.version(), put.grant().hardExpiry(), put.notAfter()))
            .toList();
    var batch = new Ledger.Batch();
    for (IssuedGrant put : fresh) {
      batch.put(put.grant().id(), put.version(), put.grant().hardExpiry(), put.notAfter());
    }
    try {
      ledger.write(batch);
    } catch (IOException e) {
      for (IssuedGrant put : fresh) {
        puts.remove(put.grant().id());
        outcome.unwritten(put.grant().id());
      }
      removals.remove(olderForms(fresh.stream().map(put -> put.grant().id()).toList()));
    }
  }

  private Map<GrantId, IssuedGrant> listed(AnswerWriter.Items outcome) {
    Map<GrantId, IssuedGrant> listed = new LinkedHashMap<>();
    outcome.refused(parts.refusals());
    for (IssuedGrant issued : parts.accepted()) {
      GrantId id = issued.grant().id();
      Optional<String> obstacle = gate.obstacle(issued);
      if (obstacle.isPresent()) {
        outcome.stale(id, obstacle.get());
      } else if (listed.putIfAbsent(id, issued) != null) {
        outcome.twice(id);
      }
    }
    parts.clear();
    return listed;
  }

  private AgentMessage answer(long serial, Position position, AnswerWriter.Items outcome) {
    alarms.tell(outcome.errors());
    if (!removals.areDone()) {
      return answers.nack(serial, removals.left());
    }
    if (!ledger.applied().equals(Optional.of(position))) {
      var batch = new Ledger.Batch();
      batch.position(position);
      ledger.note(batch);
    }
    return answers.ack(serial, outcome);
  }

  private AgentMessage failed(long serial, RuntimeException e) {
    if (rarely.is("change-failed")) {
      LOG.error("ALARM event=change-failed serial={}", serial, e);
    }
    return answers.nack(serial, "the enforcer failed: " + e.getMessage());
  }

  private void replaceBy(Map<GrantId, IssuedGrant> listed, AnswerWriter.Items outcome) {
    UpdateResult result =
        enforcer.replace(listed.values().stream().map(IssuedGrant::grant).toList());
    Set<GrantId> failed = new LinkedHashSet<>();
    List<GrantId> left = new ArrayList<>();
    for (UpdateResult.Failed failure : result.failures()) {
      if (listed.containsKey(failure.grantId())) {
        failed.add(failure.grantId());
        outcome.failed(failure);
      } else {
        left.add(failure.grantId());
      }
    }
    outcome.receipts(result.receipts());
    state.ids().forEach(state::remove);
    listed.forEach((id, issued) -> {
      if (!failed.contains(id)) {
        state.put(issued.grant(), issued.version());
      }
    });
    removals.replaced(left);
    removals.remove(failed);
  }

  /** Takes a delta and answers it. */
  AgentMessage delta(Delta delta) {
    if (delta.getEpoch() != ledger.highestEpoch()) {
      if (rarely.is("wrong-epoch")) {
        LOG.error(
            "ALARM event=wrong-epoch epoch={} now={}", delta.getEpoch(), ledger.highestEpoch());
      }
      return answers.nack(delta.getSerial(), "epoch " + delta.getEpoch() + " is not the stream's");
    }
    DeltaFit fit = DeltaFit.of(delta, ledger.applied());
    var outcome = new AnswerWriter.Items();
    Set<GrantId> removed = remove(delta, outcome);
    if (fit == DeltaFit.GAP) {
      return answers.nack(
          delta.getSerial(),
          "delta from %d to %d does not fit"
              .formatted(delta.getFromRevision(), delta.getToRevision()));
    }
    if (fit == DeltaFit.DUPLICATE && removals.areDone()) {
      return answers.ack(delta.getSerial(), outcome);
    }
    try {
      if (fit == DeltaFit.NEXT) {
        add(delta, removed, outcome);
      }
    } catch (RuntimeException e) {
      return failed(delta.getSerial(), e);
    }
    return answer(
        delta.getSerial(), new Position(delta.getEpoch(), delta.getToRevision()), outcome);
  }

  private Set<GrantId> remove(Delta delta, AnswerWriter.Items outcome) {
    Instant now = clock.instant();
    Map<GrantId, Long> removes = DeltaReading.removes(delta, outcome);
    var batch = new Ledger.Batch();
    removes.forEach((id, revision) -> batch.removed(id, revision, now));
    ledger.note(batch);
    removals.remove(removes.keySet(), outcome);
    return removes.keySet();
  }

  private void add(Delta delta, Set<GrantId> removed, AnswerWriter.Items outcome) {
    DeltaReading.Puts asked = reading.puts(delta, removed, outcome);
    // A newer form that goes too far is no reason to leave the older one open.
    removals.remove(olderForms(asked.beyondBounds()));
    Map<GrantId, IssuedGrant> puts = asked.accepted();
    Map<GrantId, Instant> extended = reading.extensions(delta, removed, puts.keySet(), outcome);
    writeAdditions(puts, outcome);
    for (IssuedGrant issued : List.copyOf(puts.values())) {
      // Applying it anew would begin its idle time anew.
      if (state.differsInSoftExpiryAlone(issued.grant(), issued.version())) {
        puts.remove(issued.grant().id());
        extended.put(issued.grant().id(), issued.grant().softExpiry());
      }
    }
    if (!puts.isEmpty() || !extended.isEmpty()) {
      change(puts, extended, outcome);
    }
  }

  private void change(
      Map<GrantId, IssuedGrant> puts, Map<GrantId, Instant> extended, AnswerWriter.Items outcome) {
    UpdateResult result;
    try {
      result =
          enforcer.apply(
              new GrantUpdate(
                  List.of(),
                  puts.values().stream().map(IssuedGrant::grant).toList(),
                  extended.entrySet().stream()
                      .map(each -> new GrantUpdate.Extension(each.getKey(), each.getValue()))
                      .toList()));
    } catch (EnforcerException e) {
      removals.remove(olderForms(puts.keySet()));
      throw e;
    }
    var failed = new HashMap<GrantId, UpdateResult.Failed>();
    result.failures().forEach(failure -> failed.put(failure.grantId(), failure));
    failed.values().forEach(outcome::failed);
    outcome.receipts(result.receipts());
    puts.forEach((id, issued) -> {
      if (!failed.containsKey(id)) {
        removals.wanted(id);
        state.put(issued.grant(), issued.version());
      }
    });
    var ended = new HashSet<GrantId>();
    extended.forEach((id, softExpiry) -> {
      if (failed.containsKey(id)) {
        ended.add(id);
      } else {
        state.extend(id, softExpiry);
      }
    });
    notInForce(ended);
    // Whatever an enforcer makes of it: the older form is wanted by nobody.
    removals.remove(failed.keySet().stream().filter(puts::containsKey).toList());
  }

  private List<GrantId> olderForms(Collection<GrantId> of) {
    return of.stream().filter(id -> state.get(id) != null).toList();
  }

  // The kernel has ended and freed them already.
  private void notInForce(Set<GrantId> ids) {
    Instant now = clock.instant();
    note(
        state.all().stream()
            .filter(applied -> ids.contains(applied.grant().id()))
            .filter(applied -> AppliedState.endsForWantOfTraffic(applied.grant(), now))
            .toList());
    ids.forEach(state::remove);
  }
}
