package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Changes the grants in force, by plain stores into memory that the datapath reads. The memory is
 * the truth; what is kept here besides (which record holds an id, which are free) is rebuilt from
 * it at the start.
 *
 * <p>The one writer: for one thread at a time, which the owner sees to. Borrows the memory.
 */
public final class GrantTable {

  /** {@code AEGIS_SLOTS}: grants of one client that may share one target. */
  static final int MOST_PER_TUPLE = 4;

  /** Grants that may share one key: half of the slots in its two lines. */
  static final int MOST_PER_KEY = 8;

  final TableMemory memory;
  final TableKey key;
  final Records records;
  final Lines lines;
  final Widths widths;
  final RecordPool pool;
  final IdIndex index;
  final BootClock clock;
  final int maxGrants;

  private final Grace grace;

  /** Old records of grants that have a new one for the same tuple; both are in force. */
  private final List<Replaced> replaced = new ArrayList<>();

  /** An old record, the new one, and what that began with. */
  private record Replaced(int record, int heir, Seen inherited) {}

  /** Of the record that was filled last; even. */
  private long generation;

  /** No grant in force ends for good before this boot time. */
  private long nextHardBootNs;

  private GrantTable(
      TableMemory memory, TableKey key, BootClock clock, Grace grace, int maxGrants) {
    this.memory = memory;
    this.key = key;
    this.clock = clock;
    this.maxGrants = maxGrants;
    this.grace = grace;
    this.records = new Records(memory);
    this.index = new IdIndex();
    this.pool = new RecordPool(records, grace, memory.shape().records());
    var filter = new FilterCounts(memory, key);
    this.lines = new Lines(memory, key, filter, grace);
    this.widths = new Widths(memory, key, filter);
    new Adoption(memory, key, filter, widths, index, pool).run();
    this.generation = records.lastGeneration();
  }

  /**
   * Opens a table, which may hold grants of an earlier process.
   *
   * @param memory of the table, writable
   * @param clock on which expiries are meant
   * @param grace waits for running programs
   * @param maxGrants how many grants may be in force
   * @return the table
   */
  static GrantTable open(
      TableMemory memory, TableKey key, BootClock clock, Grace grace, int maxGrants) {
    int room = Math.min(maxGrants, memory.shape().records() - 1);
    return new GrantTable(memory, key, clock, grace, room);
  }

  /**
   * Returns how many grants may be in force.
   *
   * @return what was asked for, or fewer if the table was made for fewer
   */
  public int maxGrants() {
    return maxGrants;
  }

  /**
   * Changes grants; see {@link io.aegis.enforcer.spi.Enforcer#apply}.
   *
   * @param update what to change
   * @return what became of it
   * @throws Errno if it could not be waited for packets in flight; everything else is an outcome
   */
  public UpdateResult apply(GrantUpdate update) throws Errno {
    return new GrantChange(this).apply(update.removes(), update.upserts(), update.extensions());
  }

  /**
   * Makes these the grants in force; see {@link io.aegis.enforcer.spi.Enforcer#replace}.
   *
   * @param wanted all of them
   * @return what became of those that were touched
   * @throws Errno as in {@link #apply}
   * @throws IllegalArgumentException if an id appears twice; nothing was changed
   */
  public UpdateResult replace(Collection<Grant> wanted) throws Errno {
    GrantDifference difference = GrantDifference.between(this, wanted);
    return new GrantChange(this)
        .apply(difference.removes(), difference.upserts(), difference.extensions());
  }

  /**
   * Puts grants of another table into force, unchanged: with the times they had there.
   *
   * @param grants whose ids are not in force here
   * @throws Errno if it could not be waited for packets in flight
   * @throws IllegalArgumentException if they do not fit; some may be in force
   */
  public void takeOver(Collection<Carried> grants) throws Errno {
    for (Carried each : grants) {
      if (index.size() >= maxGrants) {
        throw noRoom(grants.size());
      }
      Terms terms = each.terms();
      int record = pool.take();
      if (record != RecordPool.NONE) {
        records.fill(record, nextGeneration(), terms, each.seen());
      }
      if (record == RecordPool.NONE || !publish(terms.tuple(), record)) {
        throw noRoom(grants.size());
      }
      index.put(terms.id(), record);
      noteHardExpiry(terms.hardBootNs());
    }
  }

  /**
   * Notes that a grant has a new record for the same tuple. A run that had passed the place of the
   * new slot before it was stored must still find the old one.
   */
  void replace(int record, int heir, Seen inherited) {
    replaced.add(new Replaced(record, heir, inherited));
  }

  private void clearReplaced() throws Errno {
    if (replaced.isEmpty()) {
      return;
    }
    grace.await();
    memory.noteMove();
    for (Replaced each : replaced) {
      unlink(each.record());
      Seen seen = records.seen(each.record());
      records.inherit(each.heir(), seen.since(each.inherited()));
      pool.rest(each.record(), each.heir(), seen); // what a last run adds comes later
    }
    replaced.clear();
  }

  /** Returns the generation of the next record that is filled. */
  long nextGeneration() {
    generation += 2;
    return generation;
  }

  /** Takes a record; {@link RecordPool#NONE} if none can be had. */
  int takeRecord() throws Errno {
    int record = pool.take();
    if (record == RecordPool.NONE && !replaced.isEmpty()) {
      clearReplaced();
      record = pool.take();
    }
    return record;
  }

  /**
   * Clears what was replaced, and waits until what was removed is in nobody's hand.
   *
   * @throws Errno if it cannot be waited; what is left is completed next time
   */
  void complete() throws Errno {
    clearReplaced();
    if (pool.isProofOwed()) {
      pool.settle();
    }
  }

  private IllegalArgumentException noRoom(int grants) {
    return new IllegalArgumentException(
        "a table of " + maxGrants + " grants has no room for " + grants);
  }

  /**
   * Puts a record that is filled into force.
   *
   * @return false if it has no room; nothing was changed then
   * @throws Errno if something had to make way and could not be waited for; nothing was published
   */
  boolean publish(Tuple tuple, int record) throws Errno {
    if (!widths.add(tuple)) {
      return false;
    }
    boolean isPublished = false;
    try {
      isPublished = insert(key.hash(tuple), record);
      return isPublished;
    } finally {
      if (!isPublished) {
        widths.remove(tuple);
      }
    }
  }

  private boolean insert(long hash, int record) throws Errno {
    if (lines.insert(hash, record)) {
      return true;
    }
    if (replaced.isEmpty()) {
      return false;
    }
    clearReplaced(); // what has a successor stands there for nothing
    return lines.insert(hash, record);
  }

  /** Takes a grant out of force; its record rests. */
  void unlink(int record) {
    Tuple tuple = records.tuple(record);
    lines.remove(key.hash(tuple), record);
    widths.remove(tuple);
  }

  /** Notes when a grant ends for good. */
  void noteHardExpiry(long bootNs) {
    nextHardBootNs = Math.min(nextHardBootNs, bootNs);
  }

  /**
   * Removes grants whose hard expiry has passed.
   *
   * @param except the id of a grant that stays
   * @return whether there were any
   */
  boolean removeExpired(long except) {
    long now = clock.bootNanos();
    if (now < nextHardBootNs) {
      return false; // so a full table is not searched for each grant that does not fit
    }
    int before = index.size();
    nextHardBootNs = Long.MAX_VALUE;
    for (long id : index.ids()) {
      int record = index.get(id);
      long hardBootNs = records.hardBootNs(record);
      if (hardBootNs <= now && id != except) {
        unlink(record);
        index.remove(id);
        pool.rest(record);
      } else {
        noteHardExpiry(hardBootNs);
      }
    }
    return index.size() < before;
  }
}
