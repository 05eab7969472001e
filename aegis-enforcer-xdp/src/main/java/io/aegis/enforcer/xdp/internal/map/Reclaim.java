package io.aegis.enforcer.xdp.internal.map;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives back the memory of what one update removed, after nothing in the kernel can hold it any
 * more. For one thread.
 */
final class Reclaim {

  private final GrantTable table;

  /** Elements from which a grant was taken; those that are empty in the end go. */
  private final Set<GrantKey> cleared = new HashSet<>();

  /** Grants that are gone, whose activity is to be read and freed. */
  private final Set<Long> gone = new HashSet<>();

  /** Grants that have another tuple now, whose activity begins anew. */
  private final Set<Long> moved = new HashSet<>();

  private final Map<Long, Instant> lastAdmitted = new HashMap<>();

  private @Nullable Instant completedAt;

  Reclaim(GrantTable table) {
    this.table = table;
  }

  void afterClearing(GrantKey key) {
    cleared.add(key);
  }

  void afterRemoval(long id) {
    gone.add(id);
  }

  void afterMove(long id) {
    moved.add(id);
  }

  /** When the last wait ended. */
  Instant completedAt() {
    return completedAt == null ? table.clock.now() : completedAt;
  }

  /** When a removed grant last admitted a packet. */
  @Nullable Instant lastAdmitted(long id) {
    return lastAdmitted.get(id);
  }

  /**
   * Frees empty elements, waits for packets in flight, then reads and frees the activity of what is
   * gone. Without removals nothing is waited for.
   */
  void complete() throws Errno {
    if (cleared.isEmpty() && gone.isEmpty()) {
      return;
    }
    for (GrantKey key : cleared) {
      Optional<GrantSet> set = table.grants.get(key);
      if (set.isPresent() && set.get().isEmpty()) {
        table.grants.remove(key);
        table.grace.noteFreed();
      }
    }
    cleared.clear();
    table.grace.await();
    completedAt = table.clock.now();
    for (long id : gone) {
      Optional<ActivityRecord> seen = table.activity.get(id);
      seen.map(s -> s.toActivity(table.clock).lastAdmittedAt())
          .ifPresent(last -> lastAdmitted.put(id, last));
      // No run holds it: whoever could find it by a grant has ended in the wait above.
      table.activity.remove(id);
    }
    gone.clear();
    for (long id : moved) {
      table.activity.replace(id, ActivityRecord.NONE);
      table.grace.noteFreed();
    }
    moved.clear();
  }

  /**
   * Makes room in a full table: what this update removed, and grants whose hard expiry has passed.
   *
   * @param except a grant that stays: the one for which room is made
   * @return whether anything was freed
   */
  boolean makeRoom(long except) throws Errno {
    boolean hadRemovals = !gone.isEmpty() || !cleared.isEmpty();
    boolean hadExpired = clearExpired(except);
    complete();
    return hadRemovals || hadExpired;
  }

  private boolean clearExpired(long except) throws Errno {
    long now = table.clock.bootNanos();
    var expired = new HashMap<GrantKey, List<Long>>();
    table.reader.forEachGrant((key, slot) -> {
      if (slot.hardBootNs() <= now && slot.id() != except) {
        expired.computeIfAbsent(key, k -> new ArrayList<>()).add(slot.id());
      }
    });
    for (Map.Entry<GrantKey, List<Long>> entry : expired.entrySet()) {
      GrantSet set = table.grants.get(entry.getKey()).orElse(GrantSet.EMPTY);
      for (long id : entry.getValue()) {
        set = set.without(id);
        table.keys.remove(id);
        gone.add(id);
        moved.remove(id);
      }
      table.grants.replace(entry.getKey(), set);
      cleared.add(entry.getKey());
    }
    return !expired.isEmpty();
  }

  /** Frees what a process that was killed in the middle of an update has left. */
  void leftovers() throws Errno {
    table.activity.forEach((id, seen) -> {
      if (!table.keys.containsKey(id)) {
        gone.add(id);
      }
    });
    table.grants.forEach((key, set) -> {
      if (set.isEmpty()) {
        cleared.add(key);
      }
    });
    complete();
  }
}
