package io.aegis.server.agent;

import io.aegis.api.GrantId;
import io.aegis.server.sync.Position;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.SnapshotChunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a snapshot that have come. Whatever is out of order makes the whole worthless:
 * applying it would remove what it merely did not mention. Not thread-safe.
 */
final class SnapshotParts {

  private static final int MOST_REFUSALS = 10_000;

  private final int mostGrants;
  private final Predicate<GrantId> inForce;
  private final Set<GrantId> ids = new HashSet<>();
  private final List<IssuedGrant> accepted = new ArrayList<>();
  private final List<GrantGate.Refusal> refusals = new ArrayList<>();
  private @Nullable Position position;
  private int chunks;
  private int resources;
  private int fresh;

  /**
   * Makes an empty collection.
   *
   * @param mostGrants how many grants can be in force: so many new ones are kept, and no more, that
   *     a snapshot without an end fills no memory
   * @param inForce whether a grant is in force: those are kept beside
   */
  SnapshotParts(int mostGrants, Predicate<GrantId> inForce) {
    this.mostGrants = mostGrants;
    this.inForce = inForce;
  }

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
    result.accepted().forEach(this::add);
    for (GrantGate.Refusal refusal : result.refusals()) {
      refuse(
          new GrantGate.Refusal(
              index(refusal), refusal.grantId(), refusal.kind(), refusal.message()));
    }
    resources += chunk.getResourcesCount();
    chunks++;
  }

  private @Nullable Integer index(GrantGate.Refusal refusal) {
    Integer inChunk = refusal.index();
    return inChunk == null ? null : resources + inChunk;
  }

  private void add(IssuedGrant issued) {
    GrantId id = issued.grant().id();
    if (ids.contains(id)) {
      refuse(
          new GrantGate.Refusal(
              null,
              id.value(),
              ItemErrorKind.ITEM_ERROR_KIND_STALE,
              "grant " + id + ": it stands twice in one snapshot"));
    } else if (inForce.test(id) || fresh < mostGrants) {
      fresh += inForce.test(id) ? 0 : 1;
      ids.add(id);
      accepted.add(issued);
    } else {
      refuse(
          new GrantGate.Refusal(
              null,
              id.value(),
              ItemErrorKind.ITEM_ERROR_KIND_EXHAUSTED,
              "grant "
                  + id
                  + ": "
                  + mostGrants
                  + " grants are in force at most; raise max-grants"));
    }
  }

  // What is not listed any more is merely not told apart.
  private void refuse(GrantGate.Refusal refusal) {
    if (refusals.size() < mostGrants + MOST_REFUSALS) {
      refusals.add(refusal);
    }
  }

  void clear() {
    ids.clear();
    fresh = 0;
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
