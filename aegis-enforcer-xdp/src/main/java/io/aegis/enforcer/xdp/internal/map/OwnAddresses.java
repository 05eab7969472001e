package io.aegis.enforcer.xdp.internal.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * The addresses of this host, to which neighbour discovery may come by unicast ({@code aegis_own}).
 * Borrows the descriptor. Thread-safe.
 */
public final class OwnAddresses {

  private final BpfMap<IpAddress, Integer> map;

  /** What the map holds; every change of it goes through here. */
  private final Set<IpAddress> known = new HashSet<>();

  /**
   * Makes a view.
   *
   * @param map {@code aegis_own}, empty; the caller closes it
   */
  public OwnAddresses(OwnedFd map) {
    this.map = new BpfMap<>(map, new AddressCodec(), new NumberCodec(), false);
  }

  /**
   * Makes these the addresses of this host: those that are gone are taken away first.
   *
   * @param addresses of IPv6; those of IPv4 need none
   * @throws Errno E2BIG if they are too many, or what else the kernel says; those that it took are
   *     known
   */
  public synchronized void set(Set<IpAddress> addresses) throws Errno {
    for (IpAddress address : Set.copyOf(known)) {
      if (!addresses.contains(address)) {
        map.remove(address);
        known.remove(address);
      }
    }
    for (IpAddress address : addresses) {
      if (!known.contains(address)) {
        map.add(address, 1);
        known.add(address);
      }
    }
  }

  private static final class AddressCodec implements Codec<IpAddress> {

    @Override
    public long size() {
      return Layouts.OWN_KEY.byteSize();
    }

    @Override
    public void write(IpAddress address, MemorySegment target) {
      Addresses.write(address, target, Layouts.offset(Layouts.OWN_KEY, "address"));
    }

    @Override
    public IpAddress read(MemorySegment source) {
      return Addresses.read(source, Layouts.offset(Layouts.OWN_KEY, "address"), Family.IPV6);
    }
  }

  private static final class NumberCodec implements Codec<Integer> {

    @Override
    public long size() {
      return Integer.BYTES;
    }

    @Override
    public void write(Integer number, MemorySegment target) {
      target.set(JAVA_INT, 0, number);
    }

    @Override
    public Integer read(MemorySegment source) {
      return source.get(JAVA_INT, 0);
    }
  }
}
