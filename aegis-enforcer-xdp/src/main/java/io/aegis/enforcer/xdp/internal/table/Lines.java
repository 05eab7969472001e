package io.aegis.enforcer.xdp.internal.table;

import static io.aegis.enforcer.xdp.internal.table.TableShape.LINE_SLOTS;

import io.aegis.enforcer.xdp.internal.sys.Errno;

/**
 * Where slots stand: bucketised cuckoo hashing. A slot stands in one of two lines, in the first one
 * while that has room, since a reader looks there first. When both are full, others make way along
 * the shortest path. For the writer.
 */
final class Lines {

  /** From so many slots in use on, the emptier line is taken, so that no line fills up early. */
  private static final int CROWDED = 6;

  private final TableMemory memory;
  private final TableKey key;
  private final FilterCounts filter;
  private final Grace grace;

  /** Whether a move was given up, after which a slot stands twice. */
  private boolean hasDoubles;

  Lines(TableMemory memory, TableKey key, FilterCounts filter, Grace grace) {
    this.memory = memory;
    this.key = key;
    this.filter = filter;
    this.grace = grace;
  }

  /**
   * Publishes a slot for a record that is filled: from then on it admits.
   *
   * @return false if there is no room on any path; nothing was changed then
   * @throws Errno if something had to make way and could not be waited for; nothing was published
   */
  boolean insert(long hash, int record) throws Errno {
    int tag = TableKey.tag(hash);
    int position = freePosition(key.line(hash), tag);
    if (position < 0) {
      int[] path = DisplacementPath.find(memory, key, key.line(hash), tag);
      if (path.length == 0) {
        return false;
      }
      makeWay(path);
      position = path[0];
    }
    put(position, TableMemory.slot(tag, record));
    return true;
  }

  private int freePosition(int line, int tag) {
    int other = key.otherLine(line, tag);
    int used = used(line);
    if (used >= CROWDED && used(other) < used) {
      return free(other);
    }
    return used < LINE_SLOTS ? free(line) : -1;
  }

  private int used(int line) {
    int used = 0;
    for (int i = 0; i < LINE_SLOTS; i++) {
      used += memory.slot(line * LINE_SLOTS + i) != 0 ? 1 : 0;
    }
    return used;
  }

  private int free(int line) {
    for (int i = 0; i < LINE_SLOTS; i++) {
      if (memory.slot(line * LINE_SLOTS + i) == 0) {
        return line * LINE_SLOTS + i;
      }
    }
    return -1;
  }

  /**
   * Moves each slot of a path to the next position, from the end on; afterwards the first position
   * still holds what was there, which by then stands elsewhere too.
   */
  private void makeWay(int[] path) throws Errno {
    for (int i = path.length - 1; i > 0; i--) {
      put(path[i], memory.slot(path[i - 1]));
      boolean hadDoubles = hasDoubles;
      hasDoubles = true;
      // A reader may have looked at the new place before and must still find it at the old one.
      grace.await();
      hasDoubles = hadDoubles; // what is moved next, or is new, goes over the old place
      memory.noteMove();
    }
  }

  /** Stores a slot over what is there. */
  private void put(int position, long slot) {
    long before = memory.slot(position);
    filter.add(TableMemory.tagOf(slot));
    memory.publish(position, slot);
    if (before != 0) {
      filter.remove(TableMemory.tagOf(before));
    }
  }

  /** Clears the slot of a key that names a record, wherever it stands. */
  void remove(long hash, int record) {
    long slot = TableMemory.slot(TableKey.tag(hash), record);
    int line = key.line(hash);
    if (!clear(line, slot) || hasDoubles) {
      clear(key.otherLine(line, TableKey.tag(hash)), slot);
    }
  }

  private boolean clear(int line, long slot) {
    boolean isCleared = false;
    for (int at = line * LINE_SLOTS; at < (line + 1) * LINE_SLOTS; at++) {
      if (memory.slot(at) == slot) {
        clearPosition(at);
        isCleared = true;
      }
    }
    return isCleared;
  }

  /** Clears a slot. */
  void clearPosition(int position) {
    long before = memory.slot(position);
    memory.publish(position, 0);
    if (before != 0) {
      filter.remove(TableMemory.tagOf(before));
    }
  }

  /** Says of a record whether it counts. */
  interface RecordTest {
    boolean test(int record);
  }

  /** Returns how many of the records that may be of a key's tuple count. */
  int count(long hash, RecordTest test) {
    int tag = TableKey.tag(hash);
    if (!filter.mayHave(tag)) {
      return 0;
    }
    int line = key.line(hash);
    return count(line, tag, test) + count(key.otherLine(line, tag), tag, test);
  }

  private int count(int line, int tag, RecordTest test) {
    int found = 0;
    for (int at = line * LINE_SLOTS; at < (line + 1) * LINE_SLOTS; at++) {
      long slot = memory.slot(at);
      if (TableMemory.tagOf(slot) == tag) { // a tag is odd, so a free slot has none
        found += test.test(TableMemory.recordOf(slot)) ? 1 : 0;
      }
    }
    return found;
  }
}
