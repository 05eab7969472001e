package io.aegis.examples.gateway;

import io.aegis.api.IpAddress;
import java.nio.ByteBuffer;

/** The first packet of a TCP connection over IPv4, as it would arrive at the gateway. */
final class TcpSyn {

  private static final short ETHERTYPE_IPV4 = 0x0800;
  private static final byte VERSION_4_HEADER_OF_5_WORDS = 0x45;
  private static final byte PROTOCOL_TCP = 6;
  private static final byte TTL = 64;
  private static final byte HEADER_OF_5_WORDS = 0x50;
  private static final byte FLAG_SYN = 0x02;
  private static final short CLIENT_PORT = 20_000;
  private static final int IPV4_LENGTH = 40;
  private static final int FRAME_LENGTH = 54;

  private TcpSyn() {}

  /** Returns the bytes from the Ethernet header on; checksums are left zero. */
  static byte[] frame(IpAddress client, IpAddress service, int port) {
    return ByteBuffer.allocate(FRAME_LENGTH)
        .put(new byte[12]) // both MAC addresses
        .putShort(ETHERTYPE_IPV4)
        .put(VERSION_4_HEADER_OF_5_WORDS)
        .put((byte) 0) // type of service
        .putShort((short) IPV4_LENGTH)
        .putInt(0) // identification, no fragment
        .put(TTL)
        .put(PROTOCOL_TCP)
        .putShort((short) 0) // header checksum
        .put(client.bytes())
        .put(service.bytes())
        .putShort(CLIENT_PORT)
        .putShort((short) port)
        .putLong(0) // sequence and acknowledgment numbers
        .put(HEADER_OF_5_WORDS)
        .put(FLAG_SYN)
        .putShort((short) 0xFFFF) // window
        .putInt(0) // checksum, urgent pointer
        .array();
  }
}
