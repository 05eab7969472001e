package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.xdp.internal.map.BootClock.Moment;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one update.
 *
 * <p>A removal clears the grant's slots at once; additions follow and are in force as soon as they
 * are stored. Only then comes the one wait for packets in flight, after which the removals have
 * their receipts and their records are free. So a removal never waits for an addition. Where a
 * grant has got a new record for the same tuple the old one is cleared after a wait of its own.
 */
final class GrantChange {

  private final GrantTable table;
  private final Moment now;

  GrantChange(GrantTable table) {
    this.table = table;
    this.now = table.clock.moment();
  }

  UpdateResult apply(List<GrantId> removes, List<Grant> upserts, List<Extension> extensions)
      throws Errno {
    var outcomes = new Outcomes(removes, upserts, extensions);
    for (GrantId id : removes) {
      outcomes.removed(remove(id.value()));
    }
    table.index.expect(Math.min(upserts.size(), table.maxGrants - table.index.size()));
    for (Grant grant : upserts) {
      upsert(grant, outcomes);
    }
    for (Extension extension : extensions) {
      extend(extension, outcomes);
    }
    // What was stored is seen by every program run that begins from here on.
    VarHandle.fullFence();
    table.complete();
    return outcomes.at(table.clock);
  }

  private RecordPool.@Nullable Resting remove(long id) {
    int record = table.index.get(id);
    if (record == IdIndex.NONE) {
      return null;
    }
    table.unlink(record);
    table.index.remove(id);
    return table.pool.rest(record);
  }

  private void upsert(Grant grant, Outcomes outcomes) {
    Failed failure = tryUpsert(grant, outcomes);
    if (failure != null) {
      remove(grant.id().value()); // a form that failed leaves no older one behind
      outcomes.failed(failure);
    }
  }

  private @Nullable Failed tryUpsert(Grant grant, Outcomes outcomes) {
    GrantId id = grant.id();
    if (Terms.idleMs(grant) > Terms.MOST_IDLE_MS) {
      String why = "its idle limit is over 49 days and 17 hours; shorten it, or use none";
      return failure(id, "adding", Kind.UNSUPPORTED, why);
    }
    try {
      Terms terms = Terms.of(grant, now);
      long hash = table.key.hash(terms.tuple());
      String refusal = place(terms, hash, outcomes);
      if (refusal != null && table.removeExpired(id.value())) {
        refusal = place(terms, hash, outcomes);
      }
      return refusal == null ? null : failure(id, "adding", Kind.EXHAUSTED, refusal);
    } catch (Errno e) {
      return failure(id, "adding", Kind.INTERNAL, e.getMessage());
    } catch (ArithmeticException e) {
      String why = "its expiry has no number in milliseconds";
      return failure(id, "adding", Kind.UNSUPPORTED, why);
    }
  }

  private static Failed failure(GrantId id, String doing, Kind kind, @Nullable String why) {
    return new Failed(id, kind, doing + " grant " + id + ": " + why);
  }

  /**
   * Puts a grant into force; returns the limit that is reached, if one is: nothing changed then.
   */
  private @Nullable String place(Terms terms, long hash, Outcomes outcomes) throws Errno {
    int before = table.index.get(terms.id());
    if (before == IdIndex.NONE && table.index.size() >= table.maxGrants) {
      return full();
    }
    String crowded = crowded(terms, hash);
    if (crowded != null) {
      return crowded;
    }
    int record = table.takeRecord();
    if (record == RecordPool.NONE) {
      return full();
    }
    boolean isHeir = before != IdIndex.NONE && table.records.isOf(before, terms.tuple());
    Seen inherited = isHeir ? table.records.seen(before) : Seen.NOTHING;
    Seen seen = inherited.appliedAt(now.bootNanos());
    table.records.fill(record, table.nextGeneration(), terms, seen);
    if (!publish(terms.tuple(), record)) {
      return table.widths.hasRoom(terms.tuple()) ? full() : Widths.noRoom(terms.tuple());
    }
    table.index.put(terms.id(), record);
    table.noteHardExpiry(terms.hardBootNs());
    if (isHeir) {
      table.replace(before, record, inherited);
    } else if (before != IdIndex.NONE) {
      table.memory.noteMove();
      table.unlink(before);
      table.pool.rest(before);
    }
    outcomes.applied(inherited.lastBootNs());
    return null;
  }

  /** Says which limit others have reached where a grant is to stand; null if none. */
  private @Nullable String crowded(Terms terms, long hash) {
    int under = table.lines.count(hash, record -> isAnother(record, terms));
    if (under < GrantTable.MOST_PER_TUPLE) {
      return null;
    }
    int sharing =
        table.lines.count(
            hash, record -> isAnother(record, terms) && table.records.isOf(record, terms.tuple()));
    if (sharing >= GrantTable.MOST_PER_TUPLE) {
      return "client and target have " + sharing + " grants already; remove one of them";
    }
    return under < GrantTable.MOST_PER_KEY
        ? null
        : "the client has " + under + " grants for other ports close by; merge their ranges";
  }

  /** Whether a record is another grant's under the same key, and not one that is being replaced. */
  private boolean isAnother(int record, Terms terms) {
    long id = table.records.id(record);
    return id != terms.id()
        && table.index.get(id) == record
        && table.records.isUnder(record, terms.tuple());
  }

  /** Publishes a record, or gives it back, since nobody has seen it. */
  private boolean publish(Tuple tuple, int record) throws Errno {
    boolean isPublished = false;
    try {
      isPublished = table.publish(tuple, record);
      return isPublished;
    } finally {
      if (!isPublished) {
        table.pool.add(record);
      }
    }
  }

  private String full() {
    return "the table is full (" + table.maxGrants + " grants); raise maxGrants or remove grants";
  }

  private void extend(Extension extension, Outcomes outcomes) {
    GrantId id = extension.id();
    int record = table.index.get(id.value());
    if (record == IdIndex.NONE) {
      outcomes.failed(failure(id, "extending", Kind.INTERNAL, "it is not in force; add it again"));
      return;
    }
    try {
      long asked = extension.softExpiry().toEpochMilli();
      long unixMs = Math.min(asked, table.records.hardUnixMs(record));
      long bootNs = now.toBootNanos(Instant.ofEpochMilli(unixMs));
      table.records.extend(record, Math.min(bootNs, table.records.hardBootNs(record)), unixMs);
      outcomes.applied(table.records.seen(record).lastBootNs());
    } catch (ArithmeticException e) {
      String why = "its expiry has no number in milliseconds";
      outcomes.failed(failure(id, "extending", Kind.UNSUPPORTED, why));
    }
  }
}
