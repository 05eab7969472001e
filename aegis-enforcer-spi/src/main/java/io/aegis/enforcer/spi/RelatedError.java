package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.ParsedFrame.Addresses;
import io.aegis.enforcer.spi.ParsedFrame.Icmp;
import io.aegis.enforcer.spi.ParsedFrame.IpPacket;
import java.util.Optional;

/**
 * Reads the packet that an ICMP error complains about (row 9): for an error that arrives a reply of
 * a protected service on its way to a client, for one that leaves what a client has sent. It counts
 * only when
 *
 * <ul>
 *   <li>the error is ICMP 3, 11 or 12, or ICMPv6 1 to 4, of any code;
 *   <li>the embedded source is the outer destination;
 *   <li>the embedded header is whole and plain: IPv4 with {@code ihl = 5} and no fragment, or IPv6
 *       without any extension header, the atomic Fragment header included;
 *   <li>the first four bytes behind it are there when it is TCP, UDP or its family's ICMP.
 * </ul>
 *
 * Embedded length fields and checksums are not looked at.
 */
final class RelatedError {
  private static final int IPV4_HEADER = 20;
  private static final int IPV4_PLAIN = 0x45;
  private static final int FRAGMENT_BITS = 0x3FFF;
  private static final int ECHO = 8;
  private static final int ECHO_V6 = 128;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO_REPLY_V6 = 129;
  private static final int PORTS = 4;

  private RelatedError() {}

  /**
   * The packet that would have drawn the embedded one as its reply, or been drawn by it: it goes
   * the way of the error.
   *
   * @param packet an ICMP packet without an obstacle
   * @param way of the error
   * @return the flow, or empty if this is no such error
   */
  static Optional<Flow> flow(IpPacket packet, Direction way) {
    if (!(packet.transport() instanceof Icmp icmp) || !isError(packet, icmp)) {
      return Optional.empty();
    }
    return packet.addresses().family() == Family.IPV4
        ? embeddedIpv4(icmp.body(), packet.addresses(), way)
        : embeddedIpv6(icmp.body(), packet.addresses(), way);
  }

  private static boolean isError(IpPacket packet, Icmp icmp) {
    return packet.addresses().family() == Family.IPV4
        ? icmp.type() == 3 || icmp.type() == 11 || icmp.type() == 12
        : icmp.type() >= 1 && icmp.type() <= 4;
  }

  private static Optional<Flow> embeddedIpv4(ByteView body, Addresses outer, Direction way) {
    if (!body.has(0, IPV4_HEADER)
        || body.u8(0) != IPV4_PLAIN
        || (body.u16(6) & FRAGMENT_BITS) != 0) {
      return Optional.empty();
    }
    var embedded =
        new Addresses(Family.IPV4, body.address(12, Family.IPV4), body.address(16, Family.IPV4));
    return reversed(embedded, outer, body.u8(9), body.from(IPV4_HEADER), way);
  }

  private static Optional<Flow> embeddedIpv6(ByteView body, Addresses outer, Direction way) {
    if (!body.has(0, FrameParser.IPV6_HEADER)
        || body.u8(0) >> 4 != 6
        || Ipv6Extension.isExtension(body.u8(6))) {
      return Optional.empty();
    }
    var embedded =
        new Addresses(Family.IPV6, body.address(8, Family.IPV6), body.address(24, Family.IPV6));
    return reversed(embedded, outer, body.u8(6), body.from(FrameParser.IPV6_HEADER), way);
  }

  private static Optional<Flow> reversed(
      Addresses embedded, Addresses outer, int protocol, ByteView transport, Direction way) {
    if (!embedded.matchable() || !embedded.source().equals(outer.destination())) {
      return Optional.empty();
    }
    IpAddress client = embedded.destination();
    IpAddress service = embedded.source();
    boolean hasPorts = protocol == Protocols.TCP || protocol == Protocols.UDP;
    boolean isIcmp = protocol == Protocols.icmp(embedded.family());
    if ((hasPorts || isIcmp) && !transport.has(0, PORTS)) {
      return Optional.empty();
    }
    // "established" is no matter here: the error may be about the very first packet of a
    // connection.
    if (hasPorts) {
      return Optional.of(
          new Flow(client, transport.u16(2), service, transport.u16(0), protocol, Flow.Kind.PORTS));
    }
    boolean echo = isIcmp && transport.u8(0) == echo(embedded.family(), way);
    return Optional.of(
        new Flow(client, 0, service, 0, protocol, echo ? Flow.Kind.ECHO : Flow.Kind.OTHER));
  }

  private static int echo(Family family, Direction way) {
    return switch (way) {
      case INGRESS -> family == Family.IPV4 ? ECHO_REPLY : ECHO_REPLY_V6;
      case EGRESS -> family == Family.IPV4 ? ECHO : ECHO_V6;
    };
  }
}
