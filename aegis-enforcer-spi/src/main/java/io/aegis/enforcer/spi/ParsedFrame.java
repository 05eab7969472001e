package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.Reason;
import org.jspecify.annotations.Nullable;

/** What {@link FrameParser} found in a frame. */
sealed interface ParsedFrame {

  /** Shorter than its headers claim, or a header that contradicts itself (row 1). */
  record Malformed() implements ParsedFrame {}

  /** A third VLAN tag (row 2). */
  record TooManyTags() implements ParsedFrame {}

  /** Neither ARP nor IP, or ARP in full; told apart by the EtherType, host order. */
  record NotIp(int etherType) implements ParsedFrame {}

  /**
   * An IPv4 or IPv6 packet.
   *
   * @param addresses where it comes from and goes to
   * @param hopLimit the hop limit, or the time to live
   * @param obstacle {@code IP_OPTIONS}, {@code FRAGMENT} or {@code EXTENSION_HEADER} when rows 5 to
   *     7 apply, else null
   * @param protocol the number of the transport header; for a fragment the number that the fragment
   *     itself names
   * @param transport what could be read of the transport header; {@link Opaque} behind an obstacle
   *     other than IPv4 options and a first fragment
   */
  record IpPacket(
      Addresses addresses,
      int hopLimit,
      @Nullable Reason obstacle,
      int protocol,
      Transport transport)
      implements ParsedFrame {}

  /**
   * The two addresses of a packet.
   *
   * @param family the family of its IP header
   * @param source the source
   * @param destination the destination
   */
  record Addresses(Family family, IpAddress source, IpAddress destination) {
    /**
     * Whether a grant or a static rule may match. An IPv4-mapped address in an IPv6 header is no
     * address on the wire (RFC 4291 section 2.5.5.2): nothing is ever permitted to it.
     */
    boolean matchable() {
      return source.family() == family && destination.family() == family;
    }
  }

  /** A transport header. */
  sealed interface Transport {}

  /**
   * TCP or UDP.
   *
   * @param source source port, host order
   * @param destination destination port, host order
   * @param bareSyn a TCP SYN without ACK
   */
  record Ports(int source, int destination, boolean bareSyn) implements Transport {}

  /**
   * ICMP over IPv4 or ICMPv6 over IPv6.
   *
   * @param type the message type
   * @param body what follows the eight bytes of header, to the end of the datagram
   */
  record Icmp(int type, ByteView body) implements Transport {}

  /** Any other protocol, or a header that is not there. */
  record Opaque() implements Transport {}
}
