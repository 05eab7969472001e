package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress.Family;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.ParsedFrame.Addresses;
import io.aegis.enforcer.spi.ParsedFrame.Icmp;
import io.aegis.enforcer.spi.ParsedFrame.IpPacket;
import io.aegis.enforcer.spi.ParsedFrame.Malformed;
import io.aegis.enforcer.spi.ParsedFrame.NotIp;
import io.aegis.enforcer.spi.ParsedFrame.Opaque;
import io.aegis.enforcer.spi.ParsedFrame.Ports;
import io.aegis.enforcer.spi.ParsedFrame.TooManyTags;
import io.aegis.enforcer.spi.ParsedFrame.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of a frame, rows 1 to 7 of the verdict table. The decisions where the table
 * leaves room (docs/adr/0007):
 *
 * <ul>
 *   <li>A third VLAN EtherType decides, whatever follows it. EtherTypes are looked at only behind
 *       the tags.
 *   <li>The datagram ends where {@code tot_len} or {@code payload_len} say. What follows is padding
 *       and is never read. Nothing checks checksums, the UDP length field, {@code DF} or the
 *       reserved bits.
 *   <li>IPv4: a cut or contradictory transport header is {@code MALFORMED} even behind options;
 *       options come before fragments.
 *   <li>IPv6: headers are walked from the front and the first offender decides, unread: what stands
 *       in it and behind it does not matter. Order per header: is it the fifth, is it of a
 *       forbidden type, does it end within the datagram, does it end within 128 bytes of headers,
 *       is it a non-atomic fragment.
 *   <li>Hop-by-Hop is allowed as the first header only (RFC 8200 section 4.1). Forbidden types are
 *       Routing 43, Authentication 51, Mobility 135, HIP 139, Shim6 140. Every other number is a
 *       transport protocol, No Next Header 59 and ESP 50 included.
 *   <li>Transport headers: TCP (with all of its options), UDP 8 bytes, ICMP over IPv4 and ICMPv6
 *       over IPv6 8 bytes. Other protocols have none, nor has a fragment with an offset.
 * </ul>
 */
final class FrameParser {
  private static final int ETHERNET_HEADER = 14;
  private static final int VLAN_TAG = 4;
  private static final int MOST_TAGS = 2;
  private static final int ARP_PACKET = 28;
  private static final int IPV4_HEADER = 20;
  static final int IPV6_HEADER = 40;
  private static final int MOST_EXTENSIONS = 4;
  private static final int MOST_EXTENSION_BYTES = 128;

  static final int ETHERTYPE_IPV4 = 0x0800;
  static final int ETHERTYPE_ARP = 0x0806;
  static final int ETHERTYPE_IPV6 = 0x86DD;
  private static final int ETHERTYPE_VLAN = 0x8100;
  private static final int ETHERTYPE_SERVICE_VLAN = 0x88A8;

  private static final int MORE_FRAGMENTS_IPV4 = 0x2000;
  private static final int OFFSET_IPV4 = 0x1FFF;
  private static final int OFFSET_OR_MORE_IPV6 = 0xFFF9;
  private static final int OFFSET_IPV6 = 0xFFF8;

  private static final int TCP_HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final int ICMP_HEADER = 8;
  private static final int TCP_SYN = 0x02;
  private static final int TCP_ACK = 0x10;

  private FrameParser() {}

  static ParsedFrame parse(byte[] array) {
    ByteView frame = ByteView.of(array);
    if (!frame.has(0, ETHERNET_HEADER)) {
      return new Malformed();
    }
    int etherType = frame.u16(ETHERNET_HEADER - 2);
    int at = ETHERNET_HEADER;
    for (int tags = 0; isTag(etherType); tags++) {
      if (tags == MOST_TAGS) {
        return new TooManyTags();
      }
      if (!frame.has(at, VLAN_TAG)) {
        return new Malformed();
      }
      etherType = frame.u16(at + 2);
      at += VLAN_TAG;
    }
    ByteView payload = frame.from(at);
    return switch (etherType) {
      case ETHERTYPE_IPV4 -> ipv4(payload);
      case ETHERTYPE_IPV6 -> ipv6(payload);
      case ETHERTYPE_ARP -> payload.has(0, ARP_PACKET) ? new NotIp(etherType) : new Malformed();
      default -> new NotIp(etherType);
    };
  }

  private static boolean isTag(int etherType) {
    return etherType == ETHERTYPE_VLAN || etherType == ETHERTYPE_SERVICE_VLAN;
  }

  private static ParsedFrame ipv4(ByteView payload) {
    if (!payload.has(0, IPV4_HEADER) || payload.u8(0) >> 4 != 4) {
      return new Malformed();
    }
    int header = (payload.u8(0) & 15) * 4;
    int total = payload.u16(2);
    if (header < IPV4_HEADER || total < header || !payload.has(0, total)) {
      return new Malformed();
    }
    ByteView datagram = payload.first(total);
    int protocol = datagram.u8(9);
    int fragment = datagram.u16(6) & (MORE_FRAGMENTS_IPV4 | OFFSET_IPV4);
    boolean hasTransport = (fragment & OFFSET_IPV4) == 0;
    Transport transport =
        hasTransport ? transport(datagram, header, protocol, Family.IPV4) : new Opaque();
    if (transport == null) {
      return new Malformed();
    }
    @Nullable Reason obstacle =
        header > IPV4_HEADER ? Reason.IP_OPTIONS : fragment != 0 ? Reason.FRAGMENT : null;
    var addresses =
        new Addresses(
            Family.IPV4, datagram.address(12, Family.IPV4), datagram.address(16, Family.IPV4));
    return new IpPacket(addresses, datagram.u8(8), obstacle, protocol, transport);
  }

  private static ParsedFrame ipv6(ByteView payload) {
    if (!payload.has(0, IPV6_HEADER) || payload.u8(0) >> 4 != 6) {
      return new Malformed();
    }
    int total = IPV6_HEADER + payload.u16(4);
    if (!payload.has(0, total)) {
      return new Malformed();
    }
    ByteView datagram = payload.first(total);
    var addresses =
        new Addresses(
            Family.IPV6, datagram.address(8, Family.IPV6), datagram.address(24, Family.IPV6));
    return walk(datagram, addresses);
  }

  private static ParsedFrame walk(ByteView datagram, Addresses addresses) {
    int next = datagram.u8(6);
    int at = IPV6_HEADER;
    for (int headers = 0; Ipv6Extension.isExtension(next); headers++) {
      if (headers == MOST_EXTENSIONS || !Ipv6Extension.isAllowed(next, headers)) {
        return obstructed(datagram, addresses, Reason.EXTENSION_HEADER, next, new Opaque());
      }
      if (!datagram.has(at, Ipv6Extension.UNIT)) {
        return new Malformed();
      }
      int length = Ipv6Extension.length(next, datagram.u8(at + 1));
      if (!datagram.has(at, length)) {
        return new Malformed();
      }
      if (at + length > IPV6_HEADER + MOST_EXTENSION_BYTES) {
        return obstructed(datagram, addresses, Reason.EXTENSION_HEADER, next, new Opaque());
      }
      if (next == Ipv6Extension.FRAGMENT && (datagram.u16(at + 2) & OFFSET_OR_MORE_IPV6) != 0) {
        return fragment(datagram, at, addresses);
      }
      next = datagram.u8(at);
      at += length;
    }
    Transport transport = transport(datagram, at, next, Family.IPV6);
    return transport == null
        ? new Malformed()
        : new IpPacket(addresses, datagram.u8(7), null, next, transport);
  }

  private static ParsedFrame fragment(ByteView datagram, int at, Addresses addresses) {
    int next = datagram.u8(at);
    boolean hasTransport = (datagram.u16(at + 2) & OFFSET_IPV6) == 0;
    Transport transport =
        hasTransport
            ? transport(datagram, at + Ipv6Extension.UNIT, next, Family.IPV6)
            : new Opaque();
    return transport == null
        ? new Malformed()
        : obstructed(datagram, addresses, Reason.FRAGMENT, next, transport);
  }

  private static IpPacket obstructed(
      ByteView datagram, Addresses addresses, Reason obstacle, int protocol, Transport transport) {
    return new IpPacket(addresses, datagram.u8(7), obstacle, protocol, transport);
  }

  /** Returns the transport header at {@code at}, or null if it is cut or contradicts itself. */
  private static @Nullable Transport transport(
      ByteView datagram, int at, int protocol, Family family) {
    return switch (protocol) {
      case Protocols.TCP -> tcp(datagram, at);
      case Protocols.UDP ->
          datagram.has(at, UDP_HEADER)
              ? new Ports(datagram.u16(at), datagram.u16(at + 2), false)
              : null;
      default -> {
        if (protocol != Protocols.icmp(family)) {
          yield new Opaque();
        }
        yield datagram.has(at, ICMP_HEADER)
            ? new Icmp(datagram.u8(at), datagram.from(at + ICMP_HEADER))
            : null;
      }
    };
  }

  private static @Nullable Transport tcp(ByteView datagram, int at) {
    if (!datagram.has(at, TCP_HEADER)) {
      return null;
    }
    int header = (datagram.u8(at + 12) >> 4) * 4;
    if (header < TCP_HEADER || !datagram.has(at, header)) {
      return null;
    }
    boolean bareSyn = (datagram.u8(at + 13) & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    return new Ports(datagram.u16(at), datagram.u16(at + 2), bareSyn);
  }
}
