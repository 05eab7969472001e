package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.nio.ByteOrder;

/**
 * What an exact grant is found by, in the machine words that {@code struct aegis_grant_key} has in
 * memory: so they are compared and hashed on both sides without being taken apart.
 *
 * @param client0 first half of the source address
 * @param client1 second half
 * @param service0 first half of the destination address
 * @param service1 second half
 * @param tail port, protocol and family
 */
record Tuple(long client0, long client1, long service0, long service1, int tail) {

  private static final boolean IS_LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long MAPPED = 0xFFFF_0000_0000L;
  private static final long LOW = 0xFFFF_FFFFL;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int IPV4 = 4;
  private static final int IPV6 = 6;

  /**
   * Returns the tuple of a client's way to an exact target.
   *
   * @throws IllegalArgumentException if the target is not exact
   */
  static Tuple of(IpAddress client, Target target) {
    if (!target.isExact()) {
      throw new IllegalArgumentException("not one address and one port: " + target);
    }
    IpAddress service = target.prefix().address();
    boolean isIpv4 = client.family() == Family.IPV4;
    int port = target.protocol().hasPorts() ? target.ports().first() : 0;
    int protocol = number(target.protocol(), isIpv4);
    return new Tuple(
        network(client.high()),
        network(low(client)),
        network(service.high()),
        network(low(service)),
        network((port << 16) | (protocol << 8) | (isIpv4 ? IPV4 : IPV6)));
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

  /** Returns the destination port; 0 for echo. */
  int port() {
    return network(tail) >>> 16;
  }

  /** Returns the source address. */
  IpAddress client() {
    return address(client0, client1);
  }

  /** Returns the target. */
  Target target() {
    int number = network(tail);
    Protocol protocol = protocol((number >>> 8) & 0xff);
    PortRange ports = protocol.hasPorts() ? PortRange.of(number >>> 16) : PortRange.ANY;
    return new Target(Prefix.of(address(service0, service1)), protocol, ports);
  }

  private IpAddress address(long high, long low) {
    return switch (network(tail) & 0xff) {
      case IPV4 -> new IpAddress(Family.IPV4, 0, network(low) & LOW);
      case IPV6 -> new IpAddress(Family.IPV6, network(high), network(low));
      default -> throw new IllegalStateException("aegis_records: family in " + this);
    };
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
