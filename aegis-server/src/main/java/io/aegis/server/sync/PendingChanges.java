package io.aegis.server.sync;

import io.aegis.api.GrantId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes that wait for an agent to be ready: of each grant only the latest. Not thread-safe.
 *
 * <p>A removal drops what was pending for its grant; so the memory is bounded by the number of
 * grants, however many changes there were.
 */
final class PendingChanges {

  private final Map<GrantId, GrantChange.Removed> removes = new LinkedHashMap<>();
  private final Map<GrantId, GrantChange.Put> puts = new LinkedHashMap<>();

  void add(GrantChange change) {
    switch (change) {
      case GrantChange.Put put -> {
        removes.remove(put.grantId());
        puts.remove(put.grantId());
        puts.put(put.grantId(), put);
      }
      case GrantChange.Removed removed -> {
        puts.remove(removed.grantId());
        removes.put(removed.grantId(), removed);
      }
    }
  }

  boolean hasRemoves() {
    return !removes.isEmpty();
  }

  boolean hasPuts() {
    return !puts.isEmpty();
  }

  boolean contains(GrantId id) {
    return puts.containsKey(id) || removes.containsKey(id);
  }

  int size() {
    return removes.size() + puts.size();
  }

  List<GrantChange.Removed> takeRemoves() {
    var taken = List.copyOf(removes.values());
    removes.clear();
    return taken;
  }

  List<GrantChange.Put> takePuts(int most) {
    var taken = new ArrayList<GrantChange.Put>();
    Iterator<GrantChange.Put> oldest = puts.values().iterator();
    while (oldest.hasNext() && taken.size() < most) {
      taken.add(oldest.next());
      oldest.remove();
    }
    return List.copyOf(taken);
  }

  /** Forgets what a snapshot at {@code revision} has in it anyway. */
  void dropUpTo(long revision) {
    removes.values().removeIf(removed -> removed.revision() <= revision);
    puts.values().removeIf(put -> put.revision() <= revision);
  }

  /** Forgets the additions; a snapshot will bring them. */
  void dropPuts() {
    puts.clear();
  }
}
