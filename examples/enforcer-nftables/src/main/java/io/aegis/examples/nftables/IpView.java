package io.aegis.examples.nftables;

import io.aegis.api.IpAddress.Family;

/**
 * Where the fields of an IP packet are for nft, as raw loads.
 *
 * <p>The kernel takes one VLAN tag away before the ingress hook, and nft's transport base and
 * {@code meta l4proto} work there. Behind a second tag they do not, so there everything is read at
 * fixed offsets from the network header, which is then the second tag. Raw loads are of the same
 * type at any offset, so both ways look into the same sets.
 *
 * <p>A load that reaches beyond the frame ends its rule without a match. Nothing is admitted but by
 * a rule that matched, so what cannot be read is dropped.
 *
 * @param family the IP version
 * @param second whether this is behind a second tag
 */
record IpView(Family family, boolean second) {
  static final IpView V4 = new IpView(Family.IPV4, false);
  static final IpView V6 = new IpView(Family.IPV6, false);
  static final IpView SECOND_V4 = new IpView(Family.IPV4, true);
  static final IpView SECOND_V6 = new IpView(Family.IPV6, true);

  private static final int TAG = 4;

  /** The names of its chains begin with this. */
  String prefix() {
    return (second ? "second_" : "") + (isIpv4() ? "v4" : "v6");
  }

  boolean isIpv4() {
    return family == Family.IPV4;
  }

  /** Bytes between the network header and the IP header. */
  int shift() {
    return second ? TAG : 0;
  }

  /** The length of an IP header without options or extensions, in bytes. */
  int headerLength() {
    return isIpv4() ? 20 : 40;
  }

  /** The part of the header that the length field counts, in bytes. */
  int counted() {
    return isIpv4() ? headerLength() : 0;
  }

  /** The byte {@code at} of the IP header and what follows, {@code bits} wide. */
  String load(int at, int bits) {
    return "@nh," + (shift() + at) * 8 + "," + bits;
  }

  /** The datagram's length in IPv4, the payload's in IPv6. */
  String length() {
    return load(isIpv4() ? 2 : 4, 16);
  }

  String protocolByte() {
    return load(isIpv4() ? 9 : 6, 8);
  }

  /** A match for the protocol of the transport header. */
  String protocolIs(int number) {
    return (second ? protocolByte() : "meta l4proto") + " " + number;
  }

  String protocolIsNone(String numbers) {
    return (second ? protocolByte() : "meta l4proto") + " != { " + numbers + " }";
  }

  String source() {
    return isIpv4() ? load(12, 32) : load(8, 128);
  }

  String destination() {
    return isIpv4() ? load(16, 32) : load(24, 128);
  }

  /** One of the 32-bit words of the source address. */
  String sourceWord(int word) {
    return load((isIpv4() ? 12 : 8) + 4 * word, 32);
  }

  /** One of the 32-bit words of the destination address. */
  String destinationWord(int word) {
    return load((isIpv4() ? 16 : 24) + 4 * word, 32);
  }

  /**
   * A field of the transport header, which follows the IP header, but for IPv6 extension headers
   * where the kernel has found the way.
   */
  String transport(int bit, int bits) {
    return second || isIpv4()
        ? "@nh," + ((shift() + headerLength()) * 8 + bit) + "," + bits
        : "@th," + bit + "," + bits;
  }
}
