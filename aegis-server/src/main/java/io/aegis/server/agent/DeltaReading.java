package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.WireCodec;
import io.aegis.wire.WireException;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Extension;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.Removal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a delta asks for, item by item: one that cannot be read is refused by itself. Changes
 * nothing. Not thread-safe: the agent's thread owns it.
 */
final class DeltaReading {

  /**
   * What is to be opened.
   *
   * @param accepted by id, in the order of the message; may be changed
   * @param beyondBounds the ids of those that are sealed and newer, but beyond what this gateway
   *     allows, distinct
   */
  record Puts(Map<GrantId, IssuedGrant> accepted, List<GrantId> beyondBounds) {}

  private final GrantGate gate;
  private final AppliedState state;
  private final InstantSource clock;

  DeltaReading(GrantGate gate, AppliedState state, InstantSource clock) {
    this.gate = gate;
    this.state = state;
    this.clock = clock;
  }

  /** Returns what is to be closed, each with the revision at which it was gone. */
  static Map<GrantId, Long> removes(Delta delta, AnswerWriter.Items outcome) {
    var removes = new LinkedHashMap<GrantId, Long>();
    for (Removal removal : delta.getRemovesList()) {
      GrantId id = idOf(removal.getGrantId());
      if (id == null) {
        outcome.malformed(List.of(removal.getGrantId()), "removal: this is no grant's id");
      } else {
        removes.put(id, Math.max(0, removal.getRevision()));
      }
    }
    return removes;
  }

  private static @Nullable GrantId idOf(long value) {
    return value > 0 ? new GrantId(value) : null;
  }

  /**
   * Returns what is to be opened.
   *
   * @param removed what the same message closes
   */
  Puts puts(Delta delta, Set<GrantId> removed, AnswerWriter.Items outcome) {
    var checked = gate.check(delta.getSeal(), delta.getUpsertsList(), delta.getEpoch());
    outcome.refused(checked.refusals());
    var accepted = new LinkedHashMap<GrantId, IssuedGrant>();
    for (IssuedGrant issued : checked.accepted()) {
      GrantId id = issued.grant().id();
      if (removed.contains(id)) {
        outcome.twice(id);
      } else {
        accepted.put(id, issued);
      }
    }
    List<GrantId> beyondBounds =
        checked.refusals().stream()
            .filter(refusal -> refusal.kind() == ItemErrorKind.ITEM_ERROR_KIND_ENVELOPE)
            .map(refusal -> new GrantId(refusal.grantId()))
            .distinct()
            .toList();
    return new Puts(accepted, beyondBounds);
  }

  /**
   * Returns the soft expiries that are to be moved, none further than any controller may.
   *
   * @param removed what the same message closes
   * @param put what it opens anew
   */
  Map<GrantId, Instant> extensions(
      Delta delta, Set<GrantId> removed, Set<GrantId> put, AnswerWriter.Items outcome) {
    var extensions = new LinkedHashMap<GrantId, Instant>();
    Instant furthest = clock.instant().plus(GrantGate.FURTHEST_SOFT_EXPIRY);
    for (Extension extension : delta.getExtensionsList()) {
      Instant asked;
      try {
        asked = WireCodec.decode(extension.getSoftExpiry());
      } catch (WireException e) {
        outcome.malformed(extension.getGrantIdsList(), "extension: " + e.getMessage());
        continue;
      }
      Instant softExpiry = asked.isBefore(furthest) ? asked : furthest;
      for (long value : extension.getGrantIdsList()) {
        GrantId id = idOf(value);
        Grant grant = id == null ? null : state.get(id);
        if (id == null || grant == null) {
          outcome.notInForce(value);
        } else if (!removed.contains(id) && !put.contains(id)) {
          extensions.putIfAbsent(id, AppliedState.bounded(grant, softExpiry));
        }
      }
    }
    return extensions;
  }
}
