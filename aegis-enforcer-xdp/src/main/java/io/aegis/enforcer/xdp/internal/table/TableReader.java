package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.BootClock.Calendar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the grants in force and what they have seen, from the memory that the datapath reads.
 * Thread-safe; takes no lock and waits for nobody.
 */
public final class TableReader {

  /** How often all slots are looked at anew because some were moved meanwhile. */
  private static final int TRIES = 100;

  final TableMemory memory;
  final Records records;
  final BootClock clock;

  TableReader(TableMemory memory, BootClock clock) {
    this.memory = memory;
    this.records = new Records(memory);
    this.clock = clock;
  }

  private record Filled(Terms terms, long generation) {
    long id() {
      return terms.id();
    }
  }

  /** Returns the records that slots name. */
  private BitSet named() {
    var named = new BitSet(memory.shape().records());
    for (int tries = 1; tries <= TRIES; tries++) {
      if (tries < TRIES) {
        named.clear(); // in the end what was seen twice rather than what was missed
      }
      long moves = memory.moves();
      for (int at = 0; at < memory.positions(); at++) {
        int record = TableMemory.recordOf(memory.slot(at));
        if (record >= 0 && record < memory.shape().records()) {
          named.set(record);
        }
      }
      if (memory.moves() == moves) {
        break;
      }
    }
    return named;
  }

  /**
   * Reads the grants.
   *
   * @return in the order of their ids
   */
  public List<Grant> grants() {
    BitSet named = named();
    var filled = new ArrayList<Filled>(named.cardinality());
    for (int record = named.nextSetBit(0); record >= 0; record = named.nextSetBit(record + 1)) {
      long generation = records.generation(record);
      Terms read = records.terms(record);
      // What changed meanwhile was removed and is another grant now, as new as one after this call.
      if (Records.isFilled(generation) && records.isStill(record, generation)) {
        filled.add(new Filled(read, generation));
      }
    }
    // While a grant is replaced it stands there twice; the one that was applied later counts.
    filled.sort(Comparator.comparingLong(Filled::id).thenComparingLong(Filled::generation));
    var grants = new ArrayList<Grant>(filled.size());
    for (int i = 0; i < filled.size(); i++) {
      if (i + 1 == filled.size() || filled.get(i + 1).id() != filled.get(i).id()) {
        grants.add(filled.get(i).terms().toGrant());
      }
    }
    return Collections.unmodifiableList(grants);
  }

  /**
   * Reads what the grants have seen.
   *
   * @return an entry for each grant
   */
  public Map<GrantId, Activity> activity() {
    BitSet named = named();
    Calendar calendar = clock.calendar();
    Map<GrantId, Activity> found = HashMap.newHashMap(named.cardinality());
    for (int record = named.nextSetBit(0); record >= 0; record = named.nextSetBit(record + 1)) {
      long generation = records.generation(record);
      if (!Records.isFilled(generation)) {
        continue;
      }
      var id = new GrantId(records.id(record));
      Seen seen = records.seen(record);
      if (records.isStill(record, generation)) {
        Activity activity = seen.toActivity(calendar);
        Activity other = found.put(id, activity);
        if (other != null && other.packets() > activity.packets()) {
          found.put(id, other); // of two records of one grant the newer one begins with the older's
        }
      }
    }
    return Collections.unmodifiableMap(found);
  }
}
