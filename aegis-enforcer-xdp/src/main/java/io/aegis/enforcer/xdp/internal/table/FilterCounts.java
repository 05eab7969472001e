package io.aegis.enforcer.xdp.internal.table;

/**
 * The filter in front of the table: which tags may be there. It is wrong in one direction only: a
 * bit is set before the first slot with such a tag is published, and cleared after the last one is
 * gone. For the writer.
 */
final class FilterCounts {

  private static final byte MOST = (byte) 0xff;

  private final TableMemory memory;
  private final TableKey key;

  /** How many slots stand behind each bit; 255 means that many or more, for good. */
  private final byte[] counts;

  FilterCounts(TableMemory memory, TableKey key) {
    this.memory = memory;
    this.key = key;
    this.counts = new byte[memory.shape().filterBits()];
  }

  /** Whether a slot with this tag may be there; a cheaper answer than looking. */
  boolean mayHave(int tag) {
    return counts[key.filterBit(tag)] != 0;
  }

  /** Makes room for a slot that is to be published. */
  void add(int tag) {
    int bit = key.filterBit(tag);
    if (counts[bit] == 0) {
      memory.setFilterBit(bit);
    }
    if (counts[bit] != MOST) {
      counts[bit]++;
    }
  }

  /** Forgets a slot that was cleared. */
  void remove(int tag) {
    int bit = key.filterBit(tag);
    if (counts[bit] == 0 || counts[bit] == MOST) {
      return;
    }
    counts[bit]--;
    if (counts[bit] == 0) {
      memory.clearFilterBit(bit);
    }
  }

  /** Clears the bits behind which nothing stands: an earlier writer was killed too early. */
  void clearStale() {
    for (int bit = 0; bit < counts.length; bit++) {
      if (counts[bit] == 0 && memory.filterBit(bit)) {
        memory.clearFilterBit(bit);
      }
    }
  }
}
