package io.aegis.enforcer.xdp.internal.table;

import java.util.Arrays;

/**
 * Which record holds the grant of an id: open addressing over two arrays, without an object for
 * each entry. For the writer.
 */
final class IdIndex {

  /** What {@link #get} says of an id that is not there. */
  static final int NONE = -1;

  private static final int LEAST = 64;
  private static final int MOST = 1 << 30;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private long[] ids; // 0: free
  private int[] records;
  private int size;

  /** Makes an empty index; it grows. */
  IdIndex() {
    this.ids = new long[LEAST];
    this.records = new int[LEAST];
  }

  int size() {
    return size;
  }

  // Ids are given out one after the other: neighbours stay together, in one or two cache lines.
  private int start(long id) {
    return ((int) (((id >>> 3) * SPREAD) >>> 32) + (int) (id & 7)) & (ids.length - 1);
  }

  private int find(long id) {
    int at = start(id);
    while (ids[at] != 0 && ids[at] != id) {
      at = (at + 1) & (ids.length - 1);
    }
    return at;
  }

  /** Returns the record of an id, or {@link #NONE}. */
  int get(long id) {
    int at = find(id);
    return ids[at] == id ? records[at] : NONE;
  }

  /**
   * Notes the record of an id, which is not 0; false if it was there and has another record now.
   */
  boolean put(long id, int record) {
    int at = find(id);
    boolean isNew = ids[at] == 0;
    ids[at] = id;
    records[at] = record;
    if (isNew && ++size > ids.length / 2) {
      resize(ids.length * 2);
    }
    return isNew;
  }

  /** Grows once for so many more ids, rather than step by step. */
  void expect(int more) {
    long wanted = 2L * (size + more);
    if (wanted > ids.length) {
      resize((int) Math.min(Long.highestOneBit(wanted - 1) * 2, MOST));
    }
  }

  private void resize(int length) {
    long[] oldIds = ids;
    int[] oldRecords = records;
    ids = new long[length];
    records = new int[length];
    size = 0;
    for (int i = 0; i < oldIds.length; i++) {
      if (oldIds[i] != 0) {
        put(oldIds[i], oldRecords[i]);
      }
    }
  }

  /** Forgets an id. */
  void remove(long id) {
    int hole = find(id);
    if (ids[hole] != id) {
      return;
    }
    size--;
    // What stands behind the hole and would not be found any more moves into it.
    int at = hole;
    while (true) {
      at = (at + 1) & (ids.length - 1);
      if (ids[at] == 0) {
        break;
      }
      int wanted = start(ids[at]);
      boolean isReachable =
          hole <= at ? hole < wanted && wanted <= at : hole < wanted || wanted <= at;
      if (!isReachable) {
        ids[hole] = ids[at];
        records[hole] = records[at];
        hole = at;
      }
    }
    ids[hole] = 0;
  }

  /** Returns all ids, in ascending order. */
  long[] ids() {
    long[] all = new long[size];
    int count = 0;
    for (long id : ids) {
      if (id != 0) {
        all[count++] = id;
      }
    }
    Arrays.sort(all);
    return all;
  }
}
