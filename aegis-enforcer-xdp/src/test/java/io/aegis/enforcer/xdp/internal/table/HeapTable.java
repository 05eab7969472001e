package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.Grant;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table in ordinary memory, looked into as {@code bpf/aegis_table.h} does. A stopped clock; what
 * is to happen during a grace period can be given.
 */
final class HeapTable {

  static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  static final long BOOT_NOW = 1_000_000_000_000L;

  final TableKey key;
  final TableMemory memory;
  final TableReader reader;
  long bootNow = BOOT_NOW;
  int waits;
  @Nullable Runnable duringWait;
  boolean failsToWait;

  HeapTable(TableShape shape) {
    this(shape, TableKey.random(shape));
  }

  HeapTable(TableShape shape, TableKey key) {
    this.key = key;
    Arena arena = Arena.ofAuto();
    this.memory =
        new TableMemory(
            words(arena, Layouts.LINE.byteSize() * shape.lineElements()),
            words(arena, Layouts.RECORD.byteSize() * shape.records()),
            words(arena, (long) Long.BYTES * shape.filterWords()),
            words(arena, Layouts.WIDTHS.byteSize()),
            shape);
    this.reader = new TableReader(memory, clock());
  }

  private static MemorySegment words(Arena arena, long bytes) {
    return arena.allocate(bytes, 64);
  }

  BootClock clock() {
    return new BootClock(() -> NOW.plusNanos(bootNow - BOOT_NOW), () -> bootNow, new Offset());
  }

  private static final class Offset implements BootClock.Offset {
    private long nanos;

    @Override
    public long load() {
      return nanos;
    }

    @Override
    public void store(long value) {
      nanos = value;
    }
  }

  /** A writer over this memory, as a new process has it. */
  GrantTable open(int maxGrants) {
    return GrantTable.open(memory, key, clock(), this::await, maxGrants);
  }

  private void await() throws Errno {
    waits++;
    if (failsToWait) {
      throw new Errno("waiting in a test", Errno.EPERM);
    }
    if (duringWait != null) {
      duringWait.run();
    }
  }

  /** Whether a look-up comes as far as the key of this tuple. */
  private boolean isTried(Tuple tuple) {
    if (!tuple.isWide()) {
      return true;
    }
    int clientTag = TableKey.tag(key.hash(tuple.ofClient()));
    int first = tuple.family() * Widths.MOST;
    return memory.filterBit(key.filterBit(clientTag))
        && IntStream.range(first, first + (int) memory.usedWidths(tuple.family()))
            .anyMatch(place -> memory.width(place) == tuple.width());
  }

  /** The ids of the grants by which a packet of this grant's tuple would be looked at. */
  List<Long> found(Grant grant) {
    Tuple tuple = Tuple.of(grant.client(), grant.target());
    long hash = key.hash(tuple);
    int tag = TableKey.tag(hash);
    var ids = new ArrayList<Long>();
    if (!memory.filterBit(key.filterBit(tag)) || !isTried(tuple)) {
      return ids;
    }
    var records = new Records(memory);
    for (int line : new int[] {key.line(hash), key.otherLine(key.line(hash), tag)}) {
      for (int i = 0; i < TableShape.LINE_SLOTS; i++) {
        long slot = memory.slot(line * TableShape.LINE_SLOTS + i);
        int record = TableMemory.recordOf(slot);
        if (TableMemory.tagOf(slot) == tag && records.isOf(record, tuple)) {
          ids.add(records.id(record));
        }
      }
    }
    return ids;
  }
}
