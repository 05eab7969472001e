package io.aegis.enforcer.xdp.internal.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.aegis.api.IpAddress;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A program that writes another IPv4 client into the frame for every run and goes on with the one
 * that is measured ({@code bpf/cycle.bpf.c}). For one thread.
 */
final class Cycle implements AutoCloseable {

  private static final String MAP = "cycle_next";

  private final Owned owned = new Owned();
  private final OwnedFd program;

  private Cycle(OwnedFd next, int flags, IpAddress first, int count) throws Errno {
    try {
      CollectionSpec spec = CompiledObject.read("cycle");
      try (Loader loader = Loader.of(spec);
          Arena arena = Arena.ofConfined()) {
        OwnedFd map = owned.own(loader.createMap(spec.map(MAP)));
        Bpf.update(map, arena.allocate(4, 4), arena.allocateFrom(JAVA_INT, next.number()), Bpf.ANY);
        Map<String, byte[]> variables =
            Map.of("cycle_first", word((int) first.low()), "cycle_count", word(count));
        program =
            owned.own(loader.loadProgram("cycle_clients", Map.of(MAP, map), variables, flags));
      }
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  private static byte[] word(int number) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment word = arena.allocateFrom(JAVA_INT, number);
      return word.toArray(JAVA_BYTE);
    }
  }

  /**
   * Loads it for {@code count} IPv4 addresses from {@code first} on.
   *
   * @param next the program to go on with; borrowed
   * @param flags with which {@code next} was loaded: the kernel wants them to be the same
   */
  static Cycle around(OwnedFd next, int flags, IpAddress first, int count) throws Errno {
    return new Cycle(next, flags, first, count);
  }

  OwnedFd program() {
    return program;
  }

  @Override
  public void close() {
    owned.close();
  }
}
