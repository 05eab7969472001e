package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The programs that everything is compared with, and the one plain HASH map they look into. On no
 * interface and pinned nowhere. For one thread.
 */
final class Floor implements AutoCloseable {

  private static final ValueLayout.OfInt BE32 =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort BE16 =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private static final String MAP = "floor_table";

  /** {@code struct floor_key} of {@code floor.bpf.c}. */
  private static final int KEY_BYTES = 12;

  private static final int DESTINATION_AT = 4;
  private static final int PORT_AT = 8;
  private static final int VALUE_BYTES = 16;

  private final Owned owned = new Owned();
  private final OwnedFd map;
  private final OwnedFd lookup;
  private final OwnedFd empty;
  private final @Nullable OwnedFd emptyLeaving;
  private final MemorySegment key;
  private final MemorySegment value;

  private Floor(Features features, int maxEntries) throws Errno {
    try {
      CollectionSpec spec = CompiledObject.read("floor");
      try (Loader loader = Loader.of(spec)) {
        map = owned.own(loader.createMap(spec.map(MAP).withMaxEntries(maxEntries)));
        lookup = owned.own(loader.loadProgram("aegis_floor", Map.of(MAP, map), Map.of(), 0));
      }
      try (Loader loader = Loader.of(CompiledObject.read("empty"))) {
        empty = owned.own(loader.loadProgram("empty_pass", Map.of(), Map.of(), 0));
        emptyLeaving =
            features.hasEgress()
                ? owned.own(loader.loadProgram("empty_leaving", Map.of(), Map.of(), 0))
                : null;
      }
      Arena arena = ownedArena();
      key = arena.allocate(KEY_BYTES, 8);
      value = arena.allocate(VALUE_BYTES, 8);
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // "owned" closes it, with everything else
  private Arena ownedArena() {
    return owned.own(Arena.ofConfined());
  }

  /** Loads the programs; the map has the first {@code clients} IPv4 clients. */
  static Floor load(Features features, int maxEntries, int clients) throws Errno {
    var floor = new Floor(features, maxEntries);
    try {
      for (int i = 0; i < clients; i++) {
        floor.add(i);
      }
      return floor;
    } catch (Errno | RuntimeException e) {
      floor.owned.closeInto(e);
      throw e;
    }
  }

  /** The program that parses and looks once. */
  OwnedFd lookup() {
    return lookup;
  }

  /** The program that does nothing. */
  OwnedFd empty() {
    return empty;
  }

  /** The same for what leaves; null where this kernel has no such programs. */
  @Nullable OwnedFd emptyLeaving() {
    return emptyLeaving;
  }

  /** Adds a client to the map: one system call and nothing else. */
  void add(int client) throws Errno {
    Bpf.update(map, key(client), value, Bpf.NO_EXIST);
  }

  void remove(int client) throws Errno {
    Bpf.delete(map, key(client));
  }

  private MemorySegment key(int client) {
    key.set(BE32, 0, (int) Frames.client(client).low());
    key.set(BE32, DESTINATION_AT, (int) Frames.SERVICE.low());
    key.set(BE16, PORT_AT, (short) Frames.PORT);
    return key;
  }

  @Override
  public void close() {
    owned.close();
  }
}
