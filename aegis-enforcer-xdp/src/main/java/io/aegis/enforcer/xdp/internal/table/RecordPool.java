package io.aegis.enforcer.xdp.internal.table;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * The records that no grant has. What was taken from a grant rests until a grace period has passed:
 * a program run may hold it until then. For the writer.
 */
final class RecordPool {

  static final int NONE = -1;

  /** A record that was taken from a grant. */
  static final class Resting {
    private final int record;
    private final int heir;
    private final Seen inherited;
    private Seen seen = Seen.NOTHING;

    private Resting(int record, int heir, Seen inherited) {
      this.record = record;
      this.heir = heir;
      this.inherited = inherited;
    }

    /** What it saw in the end; known once it was waited for. */
    Seen seen() {
      return seen;
    }
  }

  private final Records records;
  private final Grace grace;
  private final int[] free;
  private int count;
  private final List<Resting> resting = new ArrayList<>();

  /** Whether an earlier process may have given something up right before it died. */
  private boolean isUncertain = true;

  /** Whether somebody is told that a grant is gone once this has settled. */
  private boolean isProofOwed;

  /** Makes an empty pool with room for all records. */
  RecordPool(Records records, Grace grace, int size) {
    this.records = records;
    this.grace = grace;
    this.free = new int[size];
  }

  /** Adds a record that no slot names and nobody holds. */
  void add(int record) {
    free[count++] = record;
  }

  /** Takes a record; {@link #NONE} if none is left, even after waiting for those that rest. */
  int take() throws Errno {
    if (isUncertain || (count == 0 && !resting.isEmpty())) {
      settle();
    }
    return count == 0 ? NONE : free[--count];
  }

  /** Takes back a record whose slots were cleared. */
  Resting rest(int record) {
    isProofOwed = true;
    return rest(record, NONE, Seen.NOTHING);
  }

  /**
   * Takes back a record whose grant has another one now. Nobody waits for that.
   *
   * @param heir the other one; {@link #NONE} if it begins anew
   * @param inherited what the heir began with
   */
  Resting rest(int record, int heir, Seen inherited) {
    var each = new Resting(record, heir, inherited);
    resting.add(each);
    return each;
  }

  /** Whether a grant was taken out of force that a program run may still hold. */
  boolean isProofOwed() {
    return isProofOwed;
  }

  /**
   * Waits until nobody holds what rests, and makes it free.
   *
   * @throws Errno if it cannot be waited; it rests on then
   */
  void settle() throws Errno {
    grace.await();
    isUncertain = false;
    for (Resting each : resting) {
      each.seen = records.seen(each.record);
      if (each.heir != NONE) {
        records.inherit(each.heir, each.seen.since(each.inherited));
      }
      add(each.record);
    }
    resting.clear();
    isProofOwed = false;
  }
}
