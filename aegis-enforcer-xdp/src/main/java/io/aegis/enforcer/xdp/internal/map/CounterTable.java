package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.COUNTER;
import static io.aegis.enforcer.xdp.internal.map.Layouts.DIRECTIONS;
import static io.aegis.enforcer.xdp.internal.map.Layouts.REASONS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The counters of all interfaces ({@code aegis_counters}). Borrows the descriptor; thread-safe. */
public final class CounterTable {

  /** {@code AEGIS_ARRIVING}. */
  private static final int ARRIVING = 0;

  /** {@code AEGIS_LEAVING}. */
  private static final int LEAVING = 1;

  private final OwnedFd map;
  private final int cpus;

  /**
   * Makes a view.
   *
   * @param map {@code aegis_counters}; the caller closes it
   * @param cpus how many CPUs the kernel keeps values for: the possible ones
   */
  public CounterTable(OwnedFd map, int cpus) {
    this.map = map;
    this.cpus = cpus;
  }

  /**
   * Takes over what another map has counted of frames that arrive.
   *
   * @param earlier {@code aegis_counters} of a layout that knew no directions
   * @throws Errno if a map cannot be read or written
   */
  public void takeOver(OwnedFd earlier) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(COUNTER.byteSize() * cpus, 8);
      for (int slot = 0; slot < Layouts.INTERFACES; slot++) {
        for (int reason = 0; reason < REASONS; reason++) {
          Bpf.lookup(earlier, arena.allocateFrom(JAVA_INT, slot * REASONS + reason), values, 0);
          int index = index(slot, ARRIVING, reason);
          Bpf.update(map, arena.allocateFrom(JAVA_INT, index), values, Bpf.ANY);
        }
      }
    }
  }

  private static int index(int slot, int direction, int reason) {
    return (slot * DIRECTIONS + direction) * REASONS + reason;
  }

  /**
   * Reads one interface.
   *
   * @param slot its number
   * @param name its name
   * @return a row for each direction and reason that occurred
   * @throws Errno if the map cannot be read
   */
  public List<Count> read(int slot, String name) throws Errno {
    var counts = new ArrayList<Count>();
    for (Direction way : Direction.values()) {
      for (Reason reason : Reason.values()) {
        long[] sums =
            sum(index(slot, way == Direction.INGRESS ? ARRIVING : LEAVING, reason.code()));
        if (sums[0] > 0) {
          counts.add(new Count(name, way, reason, false, sums[0], sums[1]));
        }
        if (sums[2] > 0) {
          counts.add(new Count(name, way, reason, true, sums[2], sums[3]));
        }
      }
    }
    return counts;
  }

  private long[] sum(int index) throws Errno {
    int words = (int) (COUNTER.byteSize() / Long.BYTES);
    long[] sums = new long[words];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(JAVA_INT, index);
      MemorySegment values = arena.allocate(COUNTER.byteSize() * cpus, 8);
      Bpf.lookup(map, key, values, 0);
      for (int i = 0; i < words * cpus; i++) {
        sums[i % words] += values.getAtIndex(JAVA_LONG, i);
      }
    }
    return sums;
  }

  /**
   * Sets all counters of an interface to zero, before its number is given to another.
   *
   * @param slot its number
   * @throws Errno if the map cannot be written
   */
  public void clear(int slot) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeroes = arena.allocate(COUNTER.byteSize() * cpus, 8);
      int first = index(slot, 0, 0);
      for (int i = first; i < first + DIRECTIONS * REASONS; i++) {
        MemorySegment key = arena.allocateFrom(JAVA_INT, i);
        Bpf.update(map, key, zeroes, Bpf.ANY);
      }
    }
  }
}
