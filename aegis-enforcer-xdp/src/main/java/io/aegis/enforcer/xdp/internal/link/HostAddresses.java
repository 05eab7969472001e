package io.aegis.enforcer.xdp.internal.link;

import io.aegis.api.IpAddress;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/** Reads the IPv6 addresses of this network namespace through rtnetlink(7). Thread-safe. */
public final class HostAddresses {

  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;
  private static final int AF_INET6 = 10;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int BYTES = 16;

  /** An own address, but none that comes from a wire (RFC 4291 section 2.5.3). */
  private static final IpAddress LOOPBACK = IpAddress.parse("::1");

  private static final Netlink.Dump ADDRESSES =
      new Netlink.Dump("RTM_GETADDR", RTM_GETADDR, RTM_NEWADDR, AF_INET6, 8);

  private HostAddresses() {}

  /**
   * Reads the addresses of all interfaces but the loopback address; link-local ones and those that
   * are still tentative included.
   *
   * @return IPv6 addresses
   * @throws Errno if the kernel does not answer
   */
  public static Set<IpAddress> ipv6() throws Errno {
    var addresses = new HashSet<IpAddress>();
    ADDRESSES.read((bytes, from, to) -> add(bytes, from, to, addresses));
    addresses.remove(LOOPBACK);
    return Set.copyOf(addresses);
  }

  /** Adds what a datagram says; false when it was the last one. */
  static boolean parse(byte[] datagram, Set<IpAddress> addresses) throws Errno {
    return ADDRESSES.parse(datagram, (bytes, from, to) -> add(bytes, from, to, addresses));
  }

  // On a point-to-point link IFA_ADDRESS is the other end, and IFA_LOCAL is there as well.
  private static void add(ByteBuffer bytes, int from, int to, Set<IpAddress> addresses) {
    int chosen = -1;
    boolean isLocal = false;
    for (Netlink.Attribute each : Netlink.attributes(bytes, from + ADDRESSES.bodyBytes(), to)) {
      boolean isAddress = each.type() == IFA_LOCAL || (each.type() == IFA_ADDRESS && !isLocal);
      if (isAddress && each.to() - each.from() == BYTES) {
        chosen = each.from();
        isLocal = each.type() == IFA_LOCAL;
      }
    }
    if (chosen >= 0) {
      byte[] address = new byte[BYTES];
      bytes.get(chosen, address);
      addresses.add(IpAddress.of(address));
    }
  }
}
