package io.aegis.server.agent;

import io.aegis.server.sync.Position;
import io.aegis.wire.v1.Delta;
import java.util.Optional;

/** Whether a delta follows what is applied. Its removes are applied in any case. */
enum DeltaFit {
  /** It does. */
  NEXT,
  /** It is applied already: it came twice. */
  DUPLICATE,
  /** Something in between is missing, or it is of another epoch: a snapshot is needed. */
  GAP;

  static DeltaFit of(Delta delta, Optional<Position> applied) {
    long from = delta.getFromRevision();
    long to = delta.getToRevision();
    if (from < 0 || to < from) {
      return GAP;
    }
    boolean removesAlone = delta.getUpsertsCount() == 0 && delta.getExtensionsCount() == 0;
    if (from == to && removesAlone) {
      // Removes that overtake a snapshot move no position, so they fit wherever they come.
      return DUPLICATE;
    }
    if (applied.isEmpty() || applied.get().epoch() != delta.getEpoch()) {
      return GAP;
    }
    if (from == applied.get().revision()) {
      return NEXT;
    }
    return to <= applied.get().revision() && from < to ? DUPLICATE : GAP;
  }
}
