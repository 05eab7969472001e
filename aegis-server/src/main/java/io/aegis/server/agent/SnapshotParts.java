package io.aegis.server.agent;

import io.aegis.server.sync.Position;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.v1.SnapshotChunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a snapshot that have come. Whatever is out of order makes the whole worthless:
 * applying it would remove what it merely did not mention. Not thread-safe.
 */
final class SnapshotParts {

  private final List<IssuedGrant> accepted = new ArrayList<>();
  private final List<GrantGate.Refusal> refusals = new ArrayList<>();
  private @Nullable Position position;
  private int chunks;
  private int resources;

  /** Whether this chunk comes next. The first chunk of another snapshot always does. */
  boolean fits(SnapshotChunk chunk) {
    if (chunk.getIndex() == 0) {
      return true;
    }
    return chunk.getIndex() == chunks && positionOf(chunk).equals(position);
  }

  /** Adds a chunk that fits, as the gate judged it. */
  void add(SnapshotChunk chunk, GrantGate.Result result) {
    if (chunk.getIndex() == 0) {
      clear();
      position = positionOf(chunk);
    }
    accepted.addAll(result.accepted());
    for (GrantGate.Refusal refusal : result.refusals()) {
      refusals.add(
          new GrantGate.Refusal(
              resources + refusal.index(), refusal.grantId(), refusal.kind(), refusal.message()));
    }
    resources += chunk.getResourcesCount();
    chunks++;
  }

  void clear() {
    accepted.clear();
    refusals.clear();
    position = null;
    chunks = 0;
    resources = 0;
  }

  List<IssuedGrant> accepted() {
    return accepted;
  }

  List<GrantGate.Refusal> refusals() {
    return refusals;
  }

  static Position positionOf(SnapshotChunk chunk) {
    return new Position(chunk.getPosition().getEpoch(), chunk.getPosition().getRevision());
  }
}
