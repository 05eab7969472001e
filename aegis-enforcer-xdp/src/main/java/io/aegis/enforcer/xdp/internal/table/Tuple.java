package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.nio.ByteOrder;

/**
 * What a grant is found by and which ports it covers, in the machine words that {@code struct
 * aegis_grant_key} has in memory: so they are compared and hashed on both sides without being taken
 * apart.
 *
 * @param client0 first half of the source address
 * @param client1 second half
 * @param service0 first half of the destination address
 * @param service1 second half
 * @param tail port, protocol and family; of a wide target its block of ports, protocol, and family
 *     and length of its prefix in one
 * @param ports the first and the last port; no part of the key
 */
record Tuple(long client0, long client1, long service0, long service1, int tail, int ports) {

  private static final boolean IS_LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long MAPPED = 0xFFFF_0000_0000L;
  private static final long LOW = 0xFFFF_FFFFL;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int IPV4 = 4;
  private static final int IPV6 = 6;
  private static final int WIDE_IPV4 = 16;
  private static final int WIDE_IPV6 = 64;
  private static final int ALL_PORTS = 65_536;

  /** Sizes of blocks, as powers of two: few, for every size of every length is a look-up. */
  private static final int[] BLOCK_BITS = {1, 8, 16};

  /** Returns the tuple of a client's way to a target. */
  static Tuple of(IpAddress client, Target target) {
    IpAddress service = target.prefix().address();
    boolean isIpv4 = client.family() == Family.IPV4;
    boolean hasPorts = target.protocol().hasPorts();
    // An echo has port 0 and no other, so that no fragment is taken for one.
    int first = hasPorts ? target.ports().first() : 0;
    int last = hasPorts ? target.ports().last() : 0;
    int family =
        target.isExact()
            ? isIpv4 ? IPV4 : IPV6
            : (isIpv4 ? WIDE_IPV4 : WIDE_IPV6) + target.prefix().length();
    int port = target.isExact() ? first : block(first, last);
    return new Tuple(
        network(client.high()),
        network(low(client)),
        network(service.high()),
        network(low(service)),
        network((port << 16) | (number(target.protocol(), isIpv4) << 8) | family),
        inMemory(first, last));
  }

  /** Returns the tuple of an exact target whose key this is. */
  static Tuple exact(long client0, long client1, long service0, long service1, int tail) {
    int port = network(tail) >>> 16;
    return new Tuple(client0, client1, service0, service1, tail, inMemory(port, port));
  }

  /** The number of the smallest block that has both ports; blocks of all sizes have their own. */
  private static int block(int first, int last) {
    for (int bits : BLOCK_BITS) {
      if (first >>> bits == last >>> bits) {
        return (ALL_PORTS | first) >>> bits;
      }
    }
    throw new IllegalArgumentException("no ports: " + first + "-" + last);
  }

  /** Two numbers of 16 bits, the first one first in memory. */
  private static int inMemory(int first, int last) {
    return IS_LITTLE ? (last << 16) | first : (first << 16) | last;
  }

  private static long low(IpAddress address) {
    return address.family() == Family.IPV4 ? MAPPED | address.low() : address.low();
  }

  // From a number to what a load of its bytes in network order gives, and back.
  private static long network(long number) {
    return IS_LITTLE ? Long.reverseBytes(number) : number;
  }

  private static int network(int number) {
    return IS_LITTLE ? Integer.reverseBytes(number) : number;
  }

  private static int number(Protocol protocol, boolean isIpv4) {
    return switch (protocol) {
      case TCP -> TCP;
      case UDP -> UDP;
      case ICMP_ECHO -> isIpv4 ? ICMP : ICMPV6;
    };
  }

  private int familyByte() {
    return network(tail) & 0xff;
  }

  /** Whether the target is more than one address and one port. */
  boolean isWide() {
    return familyByte() >= WIDE_IPV4;
  }

  /** Returns 0 for IPv4, 1 for IPv6. */
  int family() {
    return familyByte() >= WIDE_IPV6 || familyByte() == IPV6 ? 1 : 0;
  }

  /** Returns a word of {@code struct aegis_family_widths}, for a wide target. */
  long width() {
    int block = network(tail) >>> 16;
    int bits = Integer.numberOfLeadingZeros(block) - Integer.numberOfLeadingZeros(ALL_PORTS);
    return ((long) familyByte() << 8) | bits;
  }

  /** Returns the key that says of a client that it has wide grants; no grant stands there. */
  Tuple ofClient() {
    return new Tuple(client0, client1, 0, 0, 0, 0);
  }

  /** Returns the source address. */
  IpAddress client() {
    return address(client0, client1);
  }

  /** Returns the target. */
  Target target() {
    Protocol protocol = protocol((network(tail) >>> 8) & 0xff);
    int low = ports & 0xffff;
    int high = ports >>> 16;
    PortRange range =
        !protocol.hasPorts()
            ? PortRange.ANY
            : IS_LITTLE ? new PortRange(low, high) : new PortRange(high, low);
    return new Target(new Prefix(address(service0, service1), length()), protocol, range);
  }

  /** The length of the prefix. */
  private int length() {
    if (!isWide()) {
      return family() == 0 ? Family.IPV4.bits() : Family.IPV6.bits();
    }
    return familyByte() - (family() == 0 ? WIDE_IPV4 : WIDE_IPV6);
  }

  private IpAddress address(long high, long low) {
    return family() == 0
        ? new IpAddress(Family.IPV4, 0, network(low) & LOW)
        : new IpAddress(Family.IPV6, network(high), network(low));
  }

  private Protocol protocol(int number) {
    return switch (number) {
      case TCP -> Protocol.TCP;
      case UDP -> Protocol.UDP;
      case ICMP, ICMPV6 -> Protocol.ICMP_ECHO;
      default -> throw new IllegalStateException("aegis_records: protocol in " + this);
    };
  }
}
