package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Applied;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.spi.UpdateResult.Outcome;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.BootClock.Calendar;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the items of an update, in their order: removals, upserts, extensions. Receipts
 * are written at the end, when everything is in force. For one thread.
 */
final class Outcomes {

  private final List<GrantId> removes;
  private final List<Grant> upserts;
  private final List<Extension> extensions;
  private final @Nullable Outcome[] outcomes;
  private final RecordPool.@Nullable Resting[] removed;

  /** When the grants last admitted a packet, boot time; 0 for never. */
  private final long[] lastBootNs;

  private int next;

  Outcomes(List<GrantId> removes, List<Grant> upserts, List<Extension> extensions) {
    this.removes = removes;
    this.upserts = upserts;
    this.extensions = extensions;
    int count = removes.size() + upserts.size() + extensions.size();
    this.outcomes = new @Nullable Outcome[count];
    this.removed = new RecordPool.@Nullable Resting[removes.size()];
    this.lastBootNs = new long[count];
  }

  /** Notes the next removal; null if there was nothing to remove. */
  void removed(RecordPool.@Nullable Resting record) {
    removed[next++] = record;
  }

  /** Notes that the next item is in force. */
  void applied(long lastAdmittedBootNs) {
    lastBootNs[next++] = lastAdmittedBootNs;
  }

  /** Notes that the next item failed. */
  void failed(Failed failure) {
    outcomes[next++] = failure;
  }

  /** Writes the receipts: all is in force now. */
  UpdateResult at(BootClock clock) {
    for (int i = 0; i < removed.length; i++) {
      RecordPool.Resting record = removed[i];
      lastBootNs[i] = record == null ? 0 : record.seen().lastBootNs();
    }
    Instant now = clock.now();
    Calendar calendar = hasTimes() ? clock.calendar() : null;
    var all = new Outcome[outcomes.length];
    for (int i = 0; i < all.length; i++) {
      Outcome outcome = outcomes[i];
      all[i] = outcome != null ? outcome : new Applied(receipt(i, now, calendar));
    }
    return new UpdateResult(Arrays.asList(all));
  }

  private boolean hasTimes() {
    for (long last : lastBootNs) {
      if (last != 0) {
        return true;
      }
    }
    return false;
  }

  private Receipt receipt(int i, Instant now, @Nullable Calendar calendar) {
    Instant last =
        calendar == null || lastBootNs[i] == 0 ? null : calendar.toInstant(lastBootNs[i]);
    int upsert = i - removes.size();
    if (upsert < 0) {
      return new Receipt(removes.get(i), Change.REMOVED, now, last);
    }
    int extension = upsert - upserts.size();
    return extension < 0
        ? new Receipt(upserts.get(upsert).id(), Change.UPSERTED, now, last)
        : new Receipt(extensions.get(extension).id(), Change.EXTENDED, now, last);
  }
}
