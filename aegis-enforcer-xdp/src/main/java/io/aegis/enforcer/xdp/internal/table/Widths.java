package io.aegis.enforcer.xdp.internal.table;

import io.aegis.enforcer.xdp.internal.map.Layouts;

/**
 * The widths of the wide targets in force, of which each look-up tries all: {@code struct
 * aegis_widths}. A width is there before the first slot of it is published, and goes after the last
 * one is cleared. The client of a wide grant has a bit of its own in the filter for as long, so
 * that nobody else pays for widths. For the writer.
 */
final class Widths {

  /** {@code AEGIS_WIDTHS}: how many different ones of one address family may be in use. */
  static final int MOST = Layouts.WIDTHS_OF_FAMILY;

  private static final int NONE = -1;

  private final TableMemory memory;
  private final TableKey key;
  private final FilterCounts filter;

  /** How many records have the width in a place, places of both families one after the other. */
  private final int[] counts = new int[2 * MOST];

  Widths(TableMemory memory, TableKey key, FilterCounts filter) {
    this.memory = memory;
    this.key = key;
    this.filter = filter;
  }

  /**
   * Notes a record that is about to be published, or that was found.
   *
   * @return false if it is wide and its family has no place for another width; nothing was noted
   */
  boolean add(Tuple tuple) {
    if (!tuple.isWide()) {
      return true;
    }
    int place = placeFor(tuple);
    if (place == NONE) {
      return false;
    }
    if (memory.width(place) != tuple.width()) {
      memory.setWidth(place, tuple.width());
    }
    counts[place]++;
    noteUsed(place / MOST);
    filter.add(TableKey.tag(key.hash(tuple.ofClient())));
    return true;
  }

  /** Whether {@link #add} would find a place. */
  boolean hasRoom(Tuple tuple) {
    return !tuple.isWide() || placeFor(tuple) != NONE;
  }

  /** Says that there is no place for the width of a target. */
  static String noRoom(Tuple tuple) {
    return MOST
        + " lengths of prefixes and sizes of port ranges are in use for IPv"
        + (tuple.family() == 0 ? 4 : 6)
        + "; a target like "
        + tuple.target()
        + " needs another one: use one of those, or exact targets";
  }

  /** Notes that a record is out of force: its slots were cleared. */
  void remove(Tuple tuple) {
    if (!tuple.isWide()) {
      return;
    }
    filter.remove(TableKey.tag(key.hash(tuple.ofClient())));
    int place = find(tuple.family(), tuple.width());
    if (--counts[place] == 0) {
      memory.setWidth(place, 0);
      noteUsed(place / MOST);
    }
  }

  /** The place of a width; one that is free, or holds what nothing has, if it is not there. */
  private int placeFor(Tuple tuple) {
    int found = find(tuple.family(), tuple.width());
    for (int i = 0; found == NONE && i < MOST; i++) {
      int place = tuple.family() * MOST + i;
      found = counts[place] == 0 ? place : NONE;
    }
    return found;
  }

  private int find(int family, long width) {
    for (int place = family * MOST; place < (family + 1) * MOST; place++) {
      if (memory.width(place) == width) {
        return place;
      }
    }
    return NONE;
  }

  /** Clears what nothing has: an earlier writer was killed before it published, or after. */
  void clearStale() {
    for (int place = 0; place < counts.length; place++) {
      if (counts[place] == 0 && memory.width(place) != 0) {
        memory.setWidth(place, 0);
      }
    }
    noteUsed(0);
    noteUsed(1);
  }

  private void noteUsed(int family) {
    int used = MOST;
    while (used > 0 && memory.width(family * MOST + used - 1) == 0) {
      used--;
    }
    if (memory.usedWidths(family) != used) {
      memory.setUsedWidths(family, used);
    }
  }
}
