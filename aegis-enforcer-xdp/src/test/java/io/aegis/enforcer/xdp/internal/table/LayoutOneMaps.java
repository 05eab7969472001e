package io.aegis.enforcer.xdp.internal.table;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.api.Grant;
import io.aegis.enforcer.xdp.internal.map.BootClock.Moment;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Bpf.MapShape;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the hash maps that layout 1 had, with grants in them. */
public final class LayoutOneMaps {

  private static final int HASH = 1;
  private static final int NO_PREALLOC = 1;

  private LayoutOneMaps() {}

  /** Pins maps with these grants, each of which has admitted {@code packets}. */
  public static void pin(Path grantsPin, Path activityPin, List<Grant> grants, long packets)
      throws Exception {
    var now = new Moment(Instant.now(), Kernel.bootNanos());
    Map<Tuple, Integer> sharing = new HashMap<>();
    try (Arena arena = Arena.ofConfined();
        OwnedFd sets = map("aegis_grants", LayoutOne.KEY_BYTES, LayoutOne.SET_BYTES);
        OwnedFd activity = map("aegis_activity", Long.BYTES, LayoutOne.ACTIVITY_BYTES)) {
      for (Grant grant : grants) {
        Terms terms = Terms.of(grant, now);
        MemorySegment key = key(arena, terms.tuple());
        MemorySegment set = arena.allocate(LayoutOne.SET_BYTES, 8);
        int slot = sharing.merge(terms.tuple(), 1, Integer::sum) - 1;
        if (slot > 0) {
          Bpf.lookup(sets, key, set, 0);
        }
        int at = LayoutOne.FIRST_SLOT + slot * LayoutOne.SLOT_BYTES;
        fill(set.asSlice(at, LayoutOne.SLOT_BYTES), terms);
        Bpf.update(sets, key, set, Bpf.ANY);
        MemorySegment id = arena.allocateFrom(JAVA_LONG, terms.id());
        MemorySegment seen = arena.allocateFrom(JAVA_LONG, now.bootNanos(), packets, packets * 64);
        Bpf.update(activity, id, seen, Bpf.ANY);
      }
      Bpf.pin(sets, grantsPin);
      Bpf.pin(activity, activityPin);
    }
  }

  private static OwnedFd map(String name, int keyBytes, int valueBytes) throws Exception {
    return Bpf.createMap(new MapShape(name, HASH, keyBytes, valueBytes, 64, NO_PREALLOC, 0, 0));
  }

  private static MemorySegment key(Arena arena, Tuple tuple) {
    MemorySegment key = arena.allocate(LayoutOne.KEY_BYTES, 8);
    key.set(JAVA_LONG, 0, tuple.client0());
    key.set(JAVA_LONG, 8, tuple.client1());
    key.set(JAVA_LONG, 16, tuple.service0());
    key.set(JAVA_LONG, 24, tuple.service1());
    key.set(JAVA_INT, 32, tuple.tail());
    return key;
  }

  private static void fill(MemorySegment slot, Terms terms) {
    slot.set(JAVA_LONG, 0, terms.id());
    slot.set(JAVA_LONG, 8, terms.hardBootNs());
    slot.set(JAVA_LONG, 16, terms.softBootNs());
    slot.set(JAVA_LONG, 24, terms.idleNs());
    slot.set(JAVA_LONG, 32, terms.appliedBootNs());
    slot.set(JAVA_LONG, 40, terms.hardUnixMs());
    slot.set(JAVA_LONG, 48, terms.softUnixMs());
    slot.set(JAVA_INT, 56, terms.flags());
  }
}
