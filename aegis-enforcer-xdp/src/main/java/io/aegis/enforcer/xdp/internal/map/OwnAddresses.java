package io.aegis.enforcer.xdp.internal.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.aegis.api.IpAddress;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * The addresses of this host, to which neighbour discovery may come by unicast ({@code aegis_own}).
 * Borrows the descriptor. Thread-safe.
 */
public final class OwnAddresses {

  private final OwnedFd map;

  /** What the map holds; every change of it goes through here. */
  private final Set<IpAddress> known = new HashSet<>();

  /**
   * Makes a view.
   *
   * @param map {@code aegis_own}, empty; the caller closes it
   */
  public OwnAddresses(OwnedFd map) {
    this.map = map;
  }

  /**
   * Makes these the addresses of this host: those that are gone are taken away first.
   *
   * @param addresses of IPv6; those of IPv4 need none
   * @throws Errno E2BIG if they are too many, or what else the kernel says; those that it took are
   *     known
   */
  public synchronized void set(Set<IpAddress> addresses) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(Layouts.OWN_KEY);
      for (IpAddress address : Set.copyOf(known)) {
        if (!addresses.contains(address)) {
          Bpf.delete(map, written(address, key));
          known.remove(address);
        }
      }
      MemorySegment there = arena.allocateFrom(JAVA_INT, 1);
      for (IpAddress address : addresses) {
        if (!known.contains(address)) {
          Bpf.update(map, written(address, key), there, Bpf.NO_EXIST);
          known.add(address);
        }
      }
    }
  }

  private static MemorySegment written(IpAddress address, MemorySegment key) {
    Addresses.write(address, key, Layouts.offset(Layouts.OWN_KEY, "address"));
    return key;
  }
}
