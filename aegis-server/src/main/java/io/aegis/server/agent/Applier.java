package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.server.sync.Position;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Extension;
import io.aegis.wire.v1.Removal;
import io.aegis.wire.v1.SnapshotChunk;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the controller sends into force, and writes the answer. The order is always: what is
 * about to change goes into the ledger, then the enforcer is changed, then the cache.
 *
 * <p>Removes are applied whatever else is wrong with a message. Not thread-safe: the agent's thread
 * owns it.
 */
final class Applier {

  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

  private final Enforcer enforcer;
  private final Ledger ledger;
  private final AppliedState state;
  private final GrantGate gate;
  private final InstantSource clock;
  private final AnswerWriter answers;
  private final SnapshotParts parts = new SnapshotParts();
  private final Set<GrantId> stuckRemovals = new HashSet<>();

  Applier(
      Enforcer enforcer,
      Ledger ledger,
      AppliedState state,
      GrantGate gate,
      InstantSource clock,
      AnswerWriter answers) {
    this.enforcer = enforcer;
    this.ledger = ledger;
    this.state = state;
    this.gate = gate;
    this.clock = clock;
    this.answers = answers;
  }

  /**
   * A controller has answered Hello. Half a snapshot of the last stream is worth nothing now.
   *
   * @param epoch the controller's, not lower than the highest seen
   */
  void streamBegins(long epoch) throws IOException {
    parts.clear();
    ledger.beginEpoch(epoch);
  }

  /** Whether every removal that was asked for is in force. */
  boolean isSound() {
    return stuckRemovals.isEmpty();
  }

  /**
   * Takes out of the books what the kernel has ended for want of traffic. That is for good: a
   * controller that has not heard of it yet must not open it again.
   */
  void noteEnded() throws IOException {
    var ended = state.endedForGood(enforcer.grants(), clock.instant());
    var batch = new Ledger.Batch();
    ended.forEach(applied -> batch.ended(applied.grant().id(), applied.version()));
    ledger.write(batch);
    ended.forEach(applied -> state.remove(applied.grant().id()));
  }

  /**
   * Takes a part of a snapshot.
   *
   * @return the answer, if this part asks for one
   */
  Optional<AgentMessage> snapshot(SnapshotChunk chunk) throws IOException {
    if (!parts.fits(chunk)) {
      parts.clear();
      return Optional.of(
          answers.nack(chunk.getSerial(), "snapshot chunk " + chunk.getIndex() + " does not fit"));
    }
    Position position = SnapshotParts.positionOf(chunk);
    if (position.epoch() != ledger.highestEpoch() || isOlder(position)) {
      parts.clear();
      LOG.error("ALARM event=old-snapshot position={} applied={}", position, ledger.applied());
      return Optional.of(
          answers.nack(chunk.getSerial(), "the snapshot is older than what is applied"));
    }
    if (chunk.getIndex() == 0) {
      noteEnded();
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

  private AgentMessage replace(long serial, Position position) throws IOException {
    Map<GrantId, IssuedGrant> listed = new LinkedHashMap<>();
    var outcome = new AnswerWriter.Items();
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
    Instant now = clock.instant();
    var batch = new Ledger.Batch();
    listed.values().forEach(issued -> put(batch, issued));
    List<GrantId> gone = ledger.liveIds().stream().filter(id -> !listed.containsKey(id)).toList();
    gone.forEach(id -> batch.removed(id, position.revision(), now));
    writeOrRemove(batch, gone);
    try {
      replaceBy(listed, outcome);
    } catch (EnforcerException e) {
      return answers.nack(serial, "enforcer: " + e.getMessage());
    }
    return stuckRemovals.isEmpty()
        ? applied(serial, position, outcome)
        : answers.nack(serial, "grants could not be removed: " + stuckRemovals);
  }

  private static void put(Ledger.Batch batch, IssuedGrant issued) {
    batch.put(
        issued.grant().id(), issued.version(), issued.grant().hardExpiry(), issued.notAfter());
  }

  private void replaceBy(Map<GrantId, IssuedGrant> listed, AnswerWriter.Items outcome) {
    List<Grant> grants = listed.values().stream().map(IssuedGrant::grant).toList();
    UpdateResult result = enforcer.replace(grants);
    Set<GrantId> failed = new HashSet<>();
    stuckRemovals.clear();
    for (UpdateResult.Failed failure : result.failures()) {
      failed.add(failure.grantId());
      if (listed.containsKey(failure.grantId())) {
        outcome.failed(failure);
      } else {
        stuckRemovals.add(failure.grantId());
      }
    }
    outcome.receipts(result.receipts());
    state.ids().forEach(state::remove);
    listed.forEach((id, issued) -> {
      if (!failed.contains(id)) {
        state.put(issued.grant(), issued.version());
      }
    });
    removeOldForms(failed, listed.keySet());
  }

  // After a snapshot exactly what it lists is in force: an older form of a grant whose new form
  // failed is not.
  private void removeOldForms(Set<GrantId> failed, Set<GrantId> listed) {
    List<GrantId> old = failed.stream().filter(listed::contains).toList();
    if (!old.isEmpty()) {
      remove(old);
    }
  }

  private void remove(List<GrantId> ids) {
    try {
      UpdateResult result = enforcer.apply(new GrantUpdate(ids, List.of(), List.of()));
      result.failures().forEach(failure -> stuckRemovals.add(failure.grantId()));
      result.receipts().forEach(receipt -> stuckRemovals.remove(receipt.grantId()));
    } catch (EnforcerException e) {
      stuckRemovals.addAll(ids);
    }
    if (!stuckRemovals.isEmpty()) {
      LOG.error("ALARM event=removal-failed grants={} action=\"tried again\"", stuckRemovals);
    }
  }

  /** Tries once more what could not be removed. */
  void retryRemovals() {
    if (!stuckRemovals.isEmpty()) {
      remove(List.copyOf(stuckRemovals));
    }
  }

  /** Takes a delta and answers it. */
  AgentMessage delta(Delta delta) throws IOException {
    if (delta.getEpoch() != ledger.highestEpoch()) {
      LOG.error("ALARM event=wrong-epoch epoch={} now={}", delta.getEpoch(), ledger.highestEpoch());
      return answers.nack(delta.getSerial(), "epoch " + delta.getEpoch() + " is not the stream's");
    }
    DeltaFit fit = DeltaFit.of(delta, ledger.applied());
    var outcome = new AnswerWriter.Items();
    var batch = new Ledger.Batch();
    List<GrantId> removes = removes(delta, batch);
    List<IssuedGrant> upserts =
        fit == DeltaFit.NEXT ? upserts(delta, removes, outcome, batch) : List.of();
    List<GrantUpdate.Extension> extensions =
        fit == DeltaFit.NEXT ? extensions(delta, removes, upserts, outcome) : List.of();
    writeOrRemove(batch, removes);
    try {
      change(removes, upserts, extensions, outcome);
    } catch (EnforcerException e) {
      stuckRemovals.addAll(removes);
      return answers.nack(delta.getSerial(), "enforcer: " + e.getMessage());
    }
    if (fit == DeltaFit.GAP || !stuckRemovals.isEmpty()) {
      return answers.nack(
          delta.getSerial(),
          "delta from %d to %d does not fit, or a removal failed: %s"
              .formatted(delta.getFromRevision(), delta.getToRevision(), stuckRemovals));
    }
    return fit == DeltaFit.DUPLICATE
        ? answers.ack(delta.getSerial(), outcome)
        : applied(
            delta.getSerial(), new Position(delta.getEpoch(), delta.getToRevision()), outcome);
  }

  /** Writes the ledger. A disk that is full holds up additions, never a removal. */
  private void writeOrRemove(Ledger.Batch batch, List<GrantId> removes) throws IOException {
    try {
      ledger.write(batch);
    } catch (IOException e) {
      try {
        change(removes, List.of(), List.of(), new AnswerWriter.Items());
      } catch (EnforcerException failure) {
        stuckRemovals.addAll(removes);
        e.addSuppressed(failure);
      }
      throw e;
    }
  }

  private AgentMessage applied(long serial, Position position, AnswerWriter.Items outcome)
      throws IOException {
    if (!ledger.applied().equals(Optional.of(position))) {
      var batch = new Ledger.Batch();
      batch.position(position);
      ledger.write(batch);
    }
    return answers.ack(serial, outcome);
  }

  private List<GrantId> removes(Delta delta, Ledger.Batch batch) {
    Instant now = clock.instant();
    var removes = new LinkedHashMap<GrantId, Long>();
    for (Removal removal : delta.getRemovesList()) {
      if (removal.getGrantId() > 0) {
        removes.put(new GrantId(removal.getGrantId()), Math.max(0, removal.getRevision()));
      }
    }
    removes.forEach((id, revision) -> batch.removed(id, revision, now));
    return List.copyOf(removes.keySet());
  }

  private List<IssuedGrant> upserts(
      Delta delta, List<GrantId> removes, AnswerWriter.Items outcome, Ledger.Batch batch) {
    var result = gate.check(delta.getSeal(), delta.getUpsertsList(), delta.getEpoch());
    outcome.refused(result.refusals());
    var upserts = new ArrayList<IssuedGrant>();
    var removed = Set.copyOf(removes);
    for (IssuedGrant issued : result.accepted()) {
      Grant grant = issued.grant();
      if (removed.contains(grant.id())) {
        outcome.twice(grant.id());
      } else {
        upserts.add(issued);
        put(batch, issued);
      }
    }
    return upserts;
  }

  private List<GrantUpdate.Extension> extensions(
      Delta delta, List<GrantId> removes, List<IssuedGrant> upserts, AnswerWriter.Items outcome) {
    var taken = new HashSet<>(removes);
    upserts.forEach(issued -> taken.add(issued.grant().id()));
    var extensions = new ArrayList<GrantUpdate.Extension>();
    Instant furthest = clock.instant().plus(GrantGate.FURTHEST_SOFT_EXPIRY);
    for (Extension extension : delta.getExtensionsList()) {
      Instant asked = WireCodec.decode(extension.getSoftExpiry());
      Instant softExpiry = asked.isBefore(furthest) ? asked : furthest;
      for (long value : extension.getGrantIdsList()) {
        GrantId id = value > 0 ? new GrantId(value) : null;
        Grant grant = id == null ? null : state.get(id);
        if (id == null || grant == null) {
          outcome.notInForce(value);
        } else if (taken.add(id)) {
          extensions.add(new GrantUpdate.Extension(id, AppliedState.bounded(grant, softExpiry)));
        }
      }
    }
    return extensions;
  }

  private void change(
      List<GrantId> removes,
      List<IssuedGrant> upserts,
      List<GrantUpdate.Extension> extensions,
      AnswerWriter.Items outcome)
      throws IOException {
    if (removes.isEmpty() && upserts.isEmpty() && extensions.isEmpty()) {
      return;
    }
    Map<GrantId, IssuedGrant> put = new HashMap<>();
    Map<GrantId, Instant> extended = new HashMap<>();
    extensions.forEach(extension -> extended.put(extension.id(), extension.softExpiry()));
    for (IssuedGrant issued : upserts) {
      // Applying it anew would begin its idle time anew.
      boolean extendsOnly = state.differsInSoftExpiryAlone(issued.grant(), issued.version());
      if (extendsOnly) {
        extended.put(issued.grant().id(), issued.grant().softExpiry());
      } else {
        put.put(issued.grant().id(), issued);
      }
    }
    UpdateResult result =
        enforcer.apply(
            new GrantUpdate(
                removes,
                upserts.stream()
                    .map(IssuedGrant::grant)
                    .filter(g -> put.containsKey(g.id()))
                    .toList(),
                extended.entrySet().stream()
                    .map(e -> new GrantUpdate.Extension(e.getKey(), e.getValue()))
                    .toList()));
    for (UpdateResult.Outcome each : result.outcomes()) {
      note(each, put.get(each.grantId()), extended.get(each.grantId()));
    }
    result.failures().forEach(outcome::failed);
    outcome.receipts(result.receipts());
  }

  private void note(
      UpdateResult.Outcome outcome, @Nullable IssuedGrant put, @Nullable Instant softExpiry)
      throws IOException {
    GrantId id = outcome.grantId();
    boolean failed = outcome instanceof UpdateResult.Failed;
    if (put == null && softExpiry == null) {
      removed(id, failed);
    } else if (put != null && !failed) {
      state.put(put.grant(), put.version());
    } else if (softExpiry != null && !failed) {
      state.extend(id, softExpiry);
    } else if (softExpiry != null) {
      notInForce(id);
    }
  }

  // The kernel has ended and freed it already.
  private void notInForce(GrantId id) throws IOException {
    Grant grant = state.get(id);
    if (grant != null && AppliedState.endsForWantOfTraffic(grant, clock.instant())) {
      var batch = new Ledger.Batch();
      batch.ended(id, state.version(id));
      ledger.write(batch);
    }
    state.remove(id);
  }

  private void removed(GrantId id, boolean failed) {
    if (failed) {
      stuckRemovals.add(id);
      LOG.error("ALARM event=removal-failed grants={} action=\"tried again\"", stuckRemovals);
    } else {
      stuckRemovals.remove(id);
      state.remove(id);
    }
  }
}
