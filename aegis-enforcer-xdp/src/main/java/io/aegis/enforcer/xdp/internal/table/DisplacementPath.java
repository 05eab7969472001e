package io.aegis.enforcer.xdp.internal.table;

import static io.aegis.enforcer.xdp.internal.table.TableShape.LINE_SLOTS;

import java.util.Arrays;

/** Finds the shortest way to make room in two full lines, breadth first. Stateless. */
final class DisplacementPath {

  /** How many slots are looked at before the table is called full. */
  private static final int MOST = 4096;

  private DisplacementPath() {}

  /**
   * Finds positions of which each may take the slot of the one before; the last one is free, the
   * first one is in a line of the new slot.
   *
   * @param line a line of the new slot
   * @param tag of the new slot
   * @return two positions or more, or none if there is no such way
   */
  static int[] find(TableMemory memory, TableKey key, int line, int tag) {
    int[] positions = new int[MOST];
    int[] parents = new int[MOST];
    int count = 0;
    for (int start : new int[] {line, key.otherLine(line, tag)}) {
      count = addLine(start, -1, positions, parents, count);
    }
    for (int i = 0; i < count; i++) {
      int slotTag = TableMemory.tagOf(memory.slot(positions[i]));
      int next = key.otherLine(positions[i] / LINE_SLOTS, slotTag);
      for (int at = next * LINE_SLOTS; at < (next + 1) * LINE_SLOTS; at++) {
        if (memory.slot(at) == 0) {
          return path(positions, parents, i, at);
        }
      }
      // Lines may come twice: a path is still right, since it ends at the first free slot.
      if (count + LINE_SLOTS <= MOST && !isOnPath(next, positions, parents, i)) {
        count = addLine(next, i, positions, parents, count);
      }
    }
    return new int[0];
  }

  private static int addLine(int line, int parent, int[] positions, int[] parents, int count) {
    for (int i = 0; i < LINE_SLOTS; i++) {
      positions[count + i] = line * LINE_SLOTS + i;
      parents[count + i] = parent;
    }
    return count + LINE_SLOTS;
  }

  private static boolean isOnPath(int line, int[] positions, int[] parents, int from) {
    for (int i = from; i >= 0; i = parents[i]) {
      if (positions[i] / LINE_SLOTS == line) {
        return true;
      }
    }
    return false;
  }

  private static int[] path(int[] positions, int[] parents, int last, int free) {
    int[] reversed = new int[positions.length];
    int length = 0;
    reversed[length++] = free;
    for (int i = last; i >= 0; i = parents[i]) {
      reversed[length++] = positions[i];
    }
    int[] path = Arrays.copyOf(reversed, length);
    for (int i = 0; i < length / 2; i++) {
      int swapped = path[i];
      path[i] = path[length - 1 - i];
      path[length - 1 - i] = swapped;
    }
    return path;
  }
}
