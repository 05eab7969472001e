package io.aegis.enforcer.xdp.internal.map;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Applied;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.spi.UpdateResult.Outcome;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one update.
 *
 * <p>A removal clears the grant's slot at once, in place, under the lock of its element; additions
 * follow and are in force as soon as they are written. Only then comes the one wait for packets in
 * flight, after which the removals have their receipts and their memory is given back. So a removal
 * never waits for an addition, nor an addition for a removal's grace period.
 */
final class GrantChange {

  private final GrantTable table;
  private final Reclaim reclaim;

  /** Removals in this update whose receipts are due after the wait; values index the outcomes. */
  private final Map<Long, Integer> removed = new HashMap<>();

  private final List<Outcome> outcomes = new ArrayList<>();

  GrantChange(GrantTable table) {
    this.table = table;
    this.reclaim = new Reclaim(table);
  }

  UpdateResult apply(GrantUpdate update) throws Errno {
    update.removes().forEach(id -> outcomes.add(remove(id)));
    update.upserts().forEach(grant -> outcomes.add(upsert(grant)));
    update.extensions().forEach(extension -> outcomes.add(extend(extension)));
    reclaim.complete();
    removed.forEach((id, index) -> outcomes.set(index, removalOf(new GrantId(id))));
    return new UpdateResult(outcomes);
  }

  private Applied removalOf(GrantId id) {
    return new Applied(
        new Receipt(id, Change.REMOVED, reclaim.completedAt(), reclaim.lastAdmitted(id.value())));
  }

  private Outcome remove(GrantId id) {
    GrantKey key = table.keys.get(id.value());
    if (key != null) {
      try {
        clearSlot(key, id.value());
      } catch (Errno e) {
        return failed(id, "removing", e);
      }
      table.keys.remove(id.value());
      reclaim.afterRemoval(id.value());
    }
    // Whether it was there or not, the proof holds only after the wait.
    removed.put(id.value(), outcomes.size());
    return new Applied(new Receipt(id, Change.REMOVED, table.clock.now(), null));
  }

  private void clearSlot(GrantKey key, long id) throws Errno {
    Optional<GrantSet> set = table.grants.get(key);
    if (set.isEmpty()) {
      return;
    }
    GrantSet rest = set.get().without(id);
    table.grants.replace(key, rest);
    reclaim.afterClearing(key);
  }

  private Outcome upsert(Grant grant) {
    GrantKey before = table.keys.get(grant.id().value());
    Outcome outcome = tryUpsert(grant);
    return outcome instanceof Failed failed && before != null ? withdrawn(failed, before) : outcome;
  }

  /** What could not get its new form keeps no older one, and no half of a move. */
  private Outcome withdrawn(Failed failed, GrantKey before) {
    long id = failed.grantId().value();
    try {
      GrantKey now = table.keys.getOrDefault(id, before);
      clearSlot(before, id);
      if (!now.equals(before)) {
        clearSlot(now, id);
      }
      table.keys.remove(id);
      reclaim.afterRemoval(id);
      return failed;
    } catch (Errno e) {
      return new Failed(
          failed.grantId(),
          failed.kind(),
          failed.message() + "; its older form could not be removed: " + e.getMessage());
    }
  }

  private Outcome tryUpsert(Grant grant) {
    GrantId id = grant.id();
    if (!grant.target().isExact()) {
      return new Failed(
          id,
          Kind.UNSUPPORTED,
          "adding grant "
              + id
              + ": "
              + grant.target()
              + " is not one address and one port; use exact targets");
    }
    try {
      GrantSlot slot = GrantSlot.of(grant, table.clock);
      GrantKey key = GrantKey.of(grant.client(), grant.target());
      GrantKey before = table.keys.get(id.value());
      Optional<String> refusal = place(key, slot, before);
      if (refusal.isPresent()) {
        return new Failed(id, Kind.EXHAUSTED, "adding grant " + id + ": " + refusal.get());
      }
      table.keys.put(id.value(), key);
      if (before != null && !before.equals(key)) {
        clearSlot(before, id.value());
        reclaim.afterMove(id.value());
      }
      return applied(id, Change.UPSERTED, before != null && before.equals(key));
    } catch (Errno e) {
      return failed(id, "adding", e);
    } catch (ArithmeticException e) {
      return new Failed(
          id,
          Kind.UNSUPPORTED,
          "adding grant " + id + ": its expiry has no number in milliseconds");
    }
  }

  /** Puts a grant into its place; a refusal is a limit that is reached, and changed nothing. */
  private Optional<String> place(GrantKey key, GrantSlot slot, @Nullable GrantKey before)
      throws Errno {
    Optional<String> refusal = tryPlace(key, slot, before);
    if (refusal.isPresent() && reclaim.makeRoom(slot.id())) {
      refusal = tryPlace(key, slot, before);
    }
    return refusal;
  }

  private Optional<String> tryPlace(GrantKey key, GrantSlot slot, @Nullable GrantKey before)
      throws Errno {
    if (before == null && table.keys.size() >= table.maxGrants) {
      return full();
    }
    Optional<GrantSet> old = table.grants.get(key);
    Optional<GrantSet> next = old.orElse(GrantSet.EMPTY).with(slot);
    if (next.isEmpty()) {
      return Optional.of(
          "client and target have " + Layouts.SLOTS + " grants already; remove one of them");
    }
    try {
      if (before == null) {
        table.grace.settle();
        startActivity(slot.id());
      }
      if (old.isPresent()) {
        table.grants.replace(key, next.get());
      } else {
        table.grace.settle();
        table.grants.add(key, next.get());
      }
      return Optional.empty();
    } catch (Errno e) {
      if (before == null) {
        table.activity.remove(slot.id());
        table.grace.noteFreed();
      }
      if (e.number() == Errno.E2BIG || e.number() == Errno.ENOMEM) {
        return full();
      }
      throw e;
    }
  }

  private Optional<String> full() {
    return Optional.of(
        "the table is full (" + table.maxGrants + " grants); raise maxGrants or remove grants");
  }

  private void startActivity(long id) throws Errno {
    try {
      table.activity.add(id, ActivityRecord.NONE);
    } catch (Errno e) {
      if (e.number() != Errno.EEXIST) {
        throw e;
      }
      // Left by a process that was killed in the middle of an addition: no grant ever used it.
      table.activity.replace(id, ActivityRecord.NONE);
    }
  }

  private Outcome extend(Extension extension) {
    GrantId id = extension.id();
    try {
      GrantKey key = table.keys.get(id.value());
      Optional<GrantSet> set = key == null ? Optional.empty() : table.grants.get(key);
      Optional<GrantSlot> slot = set.flatMap(s -> s.find(id.value()));
      if (key == null || slot.isEmpty()) {
        return new Failed(
            id, Kind.INTERNAL, "extending grant " + id + ": it is not in force; add it again");
      }
      GrantSlot later = slot.get().withSoftExpiry(extension.softExpiry(), table.clock);
      table.grants.replace(key, set.orElseThrow().with(later).orElseThrow());
      return applied(id, Change.EXTENDED, true);
    } catch (Errno e) {
      return failed(id, "extending", e);
    } catch (ArithmeticException e) {
      return new Failed(
          id, Kind.UNSUPPORTED, "extending grant " + id + ": no number for that expiry");
    }
  }

  private Applied applied(GrantId id, Change change, boolean mayHaveAdmitted) throws Errno {
    Instant last =
        mayHaveAdmitted
            ? table
                .activity
                .get(id.value())
                .map(seen -> seen.toActivity(table.clock).lastAdmittedAt())
                .orElse(null)
            : null;
    return new Applied(new Receipt(id, change, table.clock.now(), last));
  }

  private static Failed failed(GrantId id, String doing, Errno e) {
    return new Failed(id, Kind.INTERNAL, doing + " grant " + id + ": " + e.getMessage());
  }
}
