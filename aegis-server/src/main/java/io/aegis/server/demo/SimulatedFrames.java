package io.aegis.server.demo;

import io.aegis.api.IpAddress;
import java.nio.ByteBuffer;

/** The few frames that the story without root needs: Ethernet, IPv4, no payload. Stateless. */
final class SimulatedFrames {
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final short ETHERTYPE_IPV4 = 0x0800;
  private static final int CLIENT_PORT = 40_000;
  private static final int SYN = 0x02;
  private static final int ACK = 0x10;

  private SimulatedFrames() {}

  /** A TCP SYN (RFC 9293 section 3.1). */
  static byte[] tcpSyn(IpAddress from, IpAddress to, int port) {
    return tcp(from, CLIENT_PORT, to, port, SYN);
  }

  /** A TCP segment of a service to its client. */
  static byte[] tcpPush(IpAddress from, int port, IpAddress to) {
    return tcp(from, port, to, CLIENT_PORT, ACK);
  }

  private static byte[] tcp(IpAddress from, int fromPort, IpAddress to, int port, int flags) {
    byte[] bytes = frame(20);
    ByteBuffer frame = ipv4(bytes, from, to, 6);
    frame.putShort((short) fromPort).putShort((short) port);
    frame.putInt(1).putInt(0).put((byte) (5 << 4)).put((byte) flags);
    return bytes;
  }

  /** A UDP datagram (RFC 768). */
  static byte[] udp(IpAddress from, IpAddress to, int port) {
    byte[] bytes = frame(8);
    ByteBuffer frame = ipv4(bytes, from, to, 17);
    frame.putShort((short) CLIENT_PORT).putShort((short) port).putShort((short) 8);
    return bytes;
  }

  /** An ICMP echo request (RFC 792). */
  static byte[] ping(IpAddress from, IpAddress to) {
    byte[] bytes = frame(8);
    ByteBuffer frame = ipv4(bytes, from, to, 1);
    frame.put((byte) 8);
    return bytes;
  }

  private static byte[] frame(int transportBytes) {
    return new byte[ETHERNET_BYTES + IPV4_BYTES + transportBytes];
  }

  /** Writes everything up to the transport header; checksums are nobody's concern here. */
  private static ByteBuffer ipv4(byte[] bytes, IpAddress from, IpAddress to, int protocol) {
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    frame.position(12).putShort(ETHERTYPE_IPV4);
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (bytes.length - ETHERNET_BYTES));
    frame.putInt(0).put((byte) 64).put((byte) protocol).putShort((short) 0);
    return frame.put(from.bytes()).put(to.bytes());
  }
}
