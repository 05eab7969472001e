package io.aegis.enforcer.xdp.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Frames for tests, put together from their headers. Checksums are left zero: nothing reads them.
 */
final class Frames {

  static final int TCP = 6;
  static final int UDP = 17;
  static final int SYN = 0x02;
  static final int ACK = 0x10;

  private static final byte[] MACS = HexFormat.of().parseHex("020000000001020000000002");

  private Frames() {}

  /** An Ethernet frame; {@code tags} are EtherTypes of VLAN tags, outermost first. */
  static byte[] ethernet(int etherType, byte[] payload, int... tags) {
    ByteBuffer frame = ByteBuffer.allocate(14 + 4 * tags.length + payload.length).put(MACS);
    for (int tag : tags) {
      frame.putShort((short) tag).putShort((short) 7);
    }
    return frame.putShort((short) etherType).put(payload).array();
  }

  static byte[] ipv4Frame(byte[] packet) {
    return ethernet(0x0800, packet);
  }

  static byte[] ipv6Frame(byte[] packet) {
    return ethernet(0x86DD, packet);
  }

  /** An IPv4 packet; {@code fragment} is the field with flags and offset. */
  static byte[] ipv4(int protocol, int fragment, int optionWords, byte[] payload) {
    int header = 20 + 4 * optionWords;
    ByteBuffer packet = ByteBuffer.allocate(header + payload.length);
    packet.put((byte) (0x40 | (header / 4))).put((byte) 0);
    packet.putShort((short) (header + payload.length)).putShort((short) 1);
    packet.putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
    packet.put(new byte[] {10, 77, 0, 2}).put(new byte[] {10, 77, 9, 1});
    return packet.position(header).put(payload).array();
  }

  static byte[] ipv4(int protocol, byte[] payload) {
    return ipv4(protocol, 0x4000, 0, payload);
  }

  static byte[] ipv6(int next, int hopLimit, byte[] payload) {
    return ipv6(next, hopLimit, address(2), address(1), payload);
  }

  static byte[] ipv6(int next, int hopLimit, byte[] source, byte[] destination, byte[] payload) {
    return ByteBuffer.allocate(40 + payload.length)
        .putInt(0x60000000)
        .putShort((short) payload.length)
        .put((byte) next)
        .put((byte) hopLimit)
        .put(source)
        .put(destination)
        .put(payload)
        .array();
  }

  /** An ICMPv6 message without a body from fd77::2 to all nodes on the link. */
  static byte[] toAllNodes(int hopLimit, int type) {
    return ipv6Frame(ipv6(58, hopLimit, address(2), allNodes(), icmp(type, 0)));
  }

  /** ff02::1. */
  static byte[] allNodes() {
    byte[] address = new byte[16];
    address[0] = (byte) 0xff;
    address[1] = 0x02;
    address[15] = 1;
    return address;
  }

  /** fd77::LAST. */
  static byte[] address(int last) {
    byte[] address = new byte[16];
    address[0] = (byte) 0xfd;
    address[1] = 0x77;
    address[15] = (byte) last;
    return address;
  }

  static byte[] tcp(int source, int destination, int flags) {
    return ByteBuffer.allocate(20)
        .putShort((short) source)
        .putShort((short) destination)
        .putLong(0)
        .put((byte) 0x50)
        .put((byte) flags)
        .array();
  }

  static byte[] udp(int source, int destination) {
    return ByteBuffer.allocate(8)
        .putShort((short) source)
        .putShort((short) destination)
        .putShort((short) 8)
        .array();
  }

  static byte[] icmp(int type, int code) {
    return new byte[] {(byte) type, (byte) code, 0, 0, 0, 0, 0, 0};
  }

  /** An IPv6 extension header of {@code units} times eight bytes. */
  static byte[] extension(int next, int units) {
    byte[] header = new byte[8 * units];
    header[0] = (byte) next;
    header[1] = (byte) (units - 1);
    return header;
  }

  static byte[] fragmentHeader(int next, int offsetAndMore) {
    return ByteBuffer.allocate(8)
        .put((byte) next)
        .put((byte) 0)
        .putShort((short) offsetAndMore)
        .putInt(1)
        .array();
  }

  static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /** A copy with one byte changed. */
  static byte[] with(byte[] frame, int at, int value) {
    byte[] copy = frame.clone();
    copy[at] = (byte) value;
    return copy;
  }
}
