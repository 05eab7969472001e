package io.aegis.enforcer.xdp.internal.table;

import static io.aegis.enforcer.xdp.internal.table.TableShape.LINE_SLOTS;

import java.util.BitSet;

/**
 * Takes over a table as an earlier writer left it, whenever it died: every publication was one
 * store, so each slot is a slot or nothing. Frees what no slot names, ends what was half-done (a
 * slot that stands twice, a grant that has two records), and rebuilds what a writer knows besides.
 * For one thread, once, before anything is changed.
 */
final class Adoption {

  private final TableMemory memory;
  private final TableKey key;
  private final Records records;
  private final FilterCounts filter;
  private final Widths widths;
  private final IdIndex index;
  private final RecordPool pool;
  private final BitSet named = new BitSet();

  Adoption(
      TableMemory memory,
      TableKey key,
      FilterCounts filter,
      Widths widths,
      IdIndex index,
      RecordPool pool) {
    this.memory = memory;
    this.key = key;
    this.records = new Records(memory);
    this.filter = filter;
    this.widths = widths;
    this.index = index;
    this.pool = pool;
  }

  void run() {
    for (int at = 0; at < memory.positions(); at++) {
      long slot = memory.slot(at);
      if (slot != 0) {
        if (isSound(at, slot)) {
          adopt(at, slot);
        } else {
          memory.publish(at, 0);
        }
      }
    }
    widths.clearStale();
    filter.clearStale();
    for (int record = memory.shape().records() - 1; record >= 0; record--) {
      if (!named.get(record)) {
        pool.add(record);
      }
    }
  }

  /** Whether a slot is where a look-up of its record's tuple would find it, and not twice. */
  private boolean isSound(int position, long slot) {
    int record = TableMemory.recordOf(slot);
    if (record < 0 || record >= memory.shape().records() || named.get(record)) {
      return false;
    }
    long hash = key.hash(records.tuple(record));
    int tag = TableKey.tag(hash);
    int line = position / LINE_SLOTS;
    boolean isPlaced = line == key.line(hash) || line == key.otherLine(key.line(hash), tag);
    return tag == TableMemory.tagOf(slot) && isPlaced && records.id(record) != 0;
  }

  private void adopt(int position, long slot) {
    int record = TableMemory.recordOf(slot);
    long id = records.id(record);
    int other = index.get(id);
    if (other != IdIndex.NONE) {
      if (records.generation(other) > records.generation(record)) {
        memory.publish(position, 0); // its successor is in force
        return;
      }
      clear(other);
    }
    filter.add(TableMemory.tagOf(slot));
    widths.add(records.tuple(record));
    named.set(record);
    index.put(id, record);
  }

  private void clear(int record) {
    Tuple tuple = records.tuple(record);
    long hash = key.hash(tuple);
    long slot = TableMemory.slot(TableKey.tag(hash), record);
    int line = key.line(hash);
    for (int each : new int[] {line, key.otherLine(line, TableKey.tag(hash))}) {
      for (int at = each * LINE_SLOTS; at < (each + 1) * LINE_SLOTS; at++) {
        if (memory.slot(at) == slot) {
          memory.publish(at, 0);
          filter.remove(TableKey.tag(hash));
        }
      }
    }
    widths.remove(tuple);
    named.clear(record);
  }
}
