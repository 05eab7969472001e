package io.aegis.enforcer.xdp.internal.table;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.api.Grant;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.map.BootClock.Moment;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Bpf.MapShape;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Mapping;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Makes the maps that layout 2 had, with grants in them. */
public final class LayoutTwoMaps {

  /** How often each counter stands at slot 0 and reason 15, on the first CPU. */
  public static final long DROPPED = 41;

  private static final int ARRAY = 2;
  private static final int PERCPU_ARRAY = 6;
  private static final int MMAPABLE = 1 << 10;
  private static final int NO_GRANT = 15;
  private static final int COUNTERS = 1024;
  private static final int STATE_BYTES = 32;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private LayoutTwoMaps() {}

  /**
   * Pins maps with these grants, each of which has admitted {@code packets}; the lease ends at
   * {@code leaseBootNs}.
   */
  public static void pin(Pins pins, int cpus, List<Grant> grants, long packets, long leaseBootNs)
      throws Exception {
    int slots = 2 * TableShape.LINE_SLOTS * grants.size();
    try (Arena arena = Arena.ofConfined();
        OwnedFd lines = array("aegis_lines", 64, slots / TableShape.LINE_SLOTS + 1, MMAPABLE);
        OwnedFd records = array("aegis_records", 128, grants.size(), MMAPABLE);
        OwnedFd filter = array("aegis_filter", 8, 16, MMAPABLE);
        OwnedFd shape = array("aegis_shape", (int) Layouts.TABLE.byteSize(), 1, 0);
        OwnedFd state = array("aegis_state", STATE_BYTES, 1, MMAPABLE);
        OwnedFd counters =
            Bpf.createMap(new MapShape("aegis_counters", PERCPU_ARRAY, 4, 32, COUNTERS, 0, 0, 0))) {
      fill(lines, records, grants, packets);
      MemorySegment zero = arena.allocate(4, 4);
      MemorySegment word = arena.allocateFrom(JAVA_LONG, 2, leaseBootNs, 0, 0);
      Bpf.update(state, zero, word, Bpf.ANY);
      MemorySegment counts = arena.allocate(32L * cpus, 8);
      counts.set(JAVA_LONG, 0, DROPPED);
      counts.set(JAVA_LONG, 8, DROPPED * 64);
      Bpf.update(counters, arena.allocateFrom(JAVA_INT, NO_GRANT), counts, Bpf.ANY);
      Bpf.pin(lines, pins.earlierMap("aegis_lines"));
      Bpf.pin(records, pins.earlierMap("aegis_records"));
      Bpf.pin(filter, pins.earlierMap("aegis_filter"));
      Bpf.pin(shape, pins.earlierMap("aegis_shape"));
      Bpf.pin(state, pins.earlierMap("aegis_state"));
      Bpf.pin(counters, pins.earlierMap("aegis_counters"));
    }
  }

  private static OwnedFd array(String name, int bytes, int elements, int flags) throws Exception {
    return Bpf.createMap(new MapShape(name, ARRAY, 4, bytes, elements, flags, 0, 0));
  }

  private static void fill(OwnedFd lines, OwnedFd records, List<Grant> grants, long packets)
      throws Exception {
    var now = new Moment(Instant.now(), Kernel.bootNanos());
    try (Mapping slots = Mapping.writable(lines, 8L * 16 * grants.size());
        Mapping all = Mapping.writable(records, 128L * grants.size())) {
      for (int i = 0; i < grants.size(); i++) {
        // Anywhere: a reader of all slots asks for no hash.
        slots.segment().setAtIndex(JAVA_LONG, 3L * i, TableMemory.slot(i + 7, i));
        fill(all.segment().asSlice(128L * i, 128), grants.get(i), now, packets);
      }
    }
  }

  private static void fill(MemorySegment record, Grant grant, Moment now, long packets) {
    Terms terms = Terms.of(grant, now);
    Tuple tuple = terms.tuple();
    record.set(JAVA_LONG, 0, tuple.client0());
    record.set(JAVA_LONG, 8, tuple.client1());
    record.set(JAVA_LONG, 16, tuple.service0());
    record.set(JAVA_LONG, 24, tuple.service1());
    record.set(JAVA_INT, 32, tuple.tail());
    record.set(JAVA_INT, LayoutTwo.FLAGS, terms.flags());
    record.set(JAVA_LONG, LayoutTwo.HARD, terms.hardBootNs());
    record.set(JAVA_LONG, LayoutTwo.SOFT, terms.softBootNs());
    Duration idle = Objects.requireNonNullElse(grant.idle(), Duration.ZERO);
    record.set(JAVA_LONG, LayoutTwo.IDLE_NS, idle.toMillis() * NANOS_PER_MILLI);
    record.set(JAVA_LONG, LayoutTwo.APPLIED, now.bootNanos());
    record.set(JAVA_LONG, LayoutTwo.ID, terms.id());
    record.set(JAVA_LONG, LayoutTwo.HARD_UNIX, terms.hardUnixMs());
    record.set(JAVA_LONG, LayoutTwo.SOFT_UNIX, terms.softUnixMs());
    record.set(JAVA_LONG, LayoutTwo.LAST, now.bootNanos());
    record.set(JAVA_LONG, LayoutTwo.PACKETS, packets);
    record.set(JAVA_LONG, LayoutTwo.BYTES, packets * 64);
  }
}
