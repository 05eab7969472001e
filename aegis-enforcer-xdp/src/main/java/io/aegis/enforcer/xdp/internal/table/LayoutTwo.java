package io.aegis.enforcer.xdp.internal.table;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Mapping;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the grants of layout 2, whose table was the one of today but for the words of a record.
 * Nobody but its datapath may write it meanwhile. Stateless.
 */
public final class LayoutTwo {

  /** The version of this layout. */
  public static final long VERSION = 2;

  /** Key and flags, hard and soft expiry: 56 bytes as they are today; then the idle limit. */
  static final int RECORD_BYTES = 128;

  static final int FLAGS = 36;
  static final int HARD = 40;
  static final int SOFT = 48;
  static final int IDLE_NS = 56;
  static final int APPLIED = 64;
  static final int ID = 72;
  static final int HARD_UNIX = 80;
  static final int SOFT_UNIX = 88;
  static final int LAST = 104;
  static final int PACKETS = 112;
  static final int BYTES = 120;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private LayoutTwo() {}

  /**
   * Reads the grants.
   *
   * @param lines {@code aegis_lines}
   * @param records {@code aegis_records}
   * @return every grant as it was applied, with what it has seen
   * @throws Errno if they cannot be read
   */
  public static List<Carried> read(OwnedFd lines, OwnedFd records) throws Errno {
    // The last line is no line: its first word counts moves.
    long slots = (BpfProg.mapInfo(lines).maxEntries() - 1L) * TableShape.LINE_SLOTS;
    int count = BpfProg.mapInfo(records).maxEntries();
    try (Mapping lineMemory = Mapping.readOnly(lines, (slots + 1) * Long.BYTES);
        Mapping recordMemory = Mapping.readOnly(records, (long) count * RECORD_BYTES)) {
      Map<Long, MemorySegment> latest = new HashMap<>();
      for (long at = 0; at < slots; at++) {
        int record = TableMemory.recordOf(lineMemory.segment().getAtIndex(JAVA_LONG, at));
        if (record >= 0 && record < count) {
          MemorySegment each =
              recordMemory.segment().asSlice((long) record * RECORD_BYTES, RECORD_BYTES);
          // One that was replaced right before its process died has two records.
          latest.merge(each.get(JAVA_LONG, ID), each, LayoutTwo::later);
        }
      }
      return latest.values().stream().map(LayoutTwo::carried).toList();
    }
  }

  private static MemorySegment later(MemorySegment one, MemorySegment other) {
    return other.get(JAVA_LONG, APPLIED) >= one.get(JAVA_LONG, APPLIED) ? other : one;
  }

  private static Carried carried(MemorySegment record) {
    var tuple =
        Tuple.exact(
            record.get(JAVA_LONG, 0),
            record.get(JAVA_LONG, 8),
            record.get(JAVA_LONG, 16),
            record.get(JAVA_LONG, 24),
            record.get(JAVA_INT, 32));
    var terms =
        new Terms(
            record.get(JAVA_LONG, ID),
            tuple,
            record.get(JAVA_INT, FLAGS),
            record.get(JAVA_LONG, HARD),
            record.get(JAVA_LONG, SOFT),
            // One that no record of today can hold ends sooner.
            Math.min(record.get(JAVA_LONG, IDLE_NS) / NANOS_PER_MILLI, Terms.MOST_IDLE_MS),
            record.get(JAVA_LONG, HARD_UNIX),
            record.get(JAVA_LONG, SOFT_UNIX));
    long active = Math.max(record.get(JAVA_LONG, APPLIED), record.get(JAVA_LONG, LAST));
    var seen =
        new Seen(active, active, record.get(JAVA_LONG, PACKETS), record.get(JAVA_LONG, BYTES));
    return new Carried(terms, seen);
  }
}
