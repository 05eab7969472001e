package io.aegis.server.explain;

import io.aegis.api.IpAddress;
import java.nio.ByteBuffer;

/**
 * The first packet of a conversation, as somebody describes it.
 *
 * @param from who sends it
 * @param to where it goes, of the same family
 * @param payload what it carries
 */
public record Flow(IpAddress from, IpAddress to, Payload payload) {

  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86DD;
  private static final int HOP_LIMIT = 64;
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  /**
   * Makes a flow.
   *
   * @throws IllegalArgumentException if the addresses are not of one family
   */
  public Flow {
    if (from.family() != to.family()) {
      throw new IllegalArgumentException(
          from + " and " + to + " are not of one family: a packet has two addresses of one kind");
    }
  }

  /** What a packet carries. */
  public sealed interface Payload {

    /**
     * A TCP segment without data.
     *
     * @param source port
     * @param destination port
     * @param established whether it is one of a connection (ACK), not the one that opens it (SYN)
     */
    record Tcp(int source, int destination, boolean established) implements Payload {}

    /**
     * An empty UDP datagram.
     *
     * @param source port
     * @param destination port
     */
    record Udp(int source, int destination) implements Payload {}

    /** An echo request of the family's ICMP. */
    record Echo() implements Payload {}

    /**
     * Eight zero bytes of any protocol.
     *
     * @param number of the protocol, 0 to 255
     */
    record Other(int number) implements Payload {}
  }

  private boolean isIpv4() {
    return from.family() == IpAddress.Family.IPV4;
  }

  /**
   * Returns the packet in an Ethernet frame. Checksums are zero: no enforcer reads them.
   *
   * @return the bytes from the Ethernet header on
   */
  public byte[] frame() {
    byte[] body = body();
    int header = isIpv4() ? IPV4_BYTES : IPV6_BYTES;
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + header + body.length);
    frame.put(new byte[12]).putShort((short) (isIpv4() ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6));
    if (isIpv4()) {
      frame.putShort((short) 0x4500).putShort((short) (header + body.length)).putInt(0);
      frame.put((byte) HOP_LIMIT).put((byte) protocol()).putShort((short) 0);
    } else {
      frame.putInt(0x60000000).putShort((short) body.length);
      frame.put((byte) protocol()).put((byte) HOP_LIMIT);
    }
    return frame.put(from.bytes()).put(to.bytes()).put(body).array();
  }

  private int protocol() {
    return switch (payload) {
      case Payload.Tcp _ -> 6;
      case Payload.Udp _ -> 17;
      case Payload.Echo _ -> isIpv4() ? 1 : 58;
      case Payload.Other(int number) -> number;
    };
  }

  private byte[] body() {
    return switch (payload) {
      case Payload.Tcp tcp ->
          ByteBuffer.allocate(20)
              .putShort((short) tcp.source())
              .putShort((short) tcp.destination())
              .putLong(0)
              .putShort((short) (0x5000 | (tcp.established() ? 0x10 : 0x02)))
              .array();
      case Payload.Udp udp ->
          ByteBuffer.allocate(8)
              .putShort((short) udp.source())
              .putShort((short) udp.destination())
              .putShort((short) 8)
              .array();
      case Payload.Echo _ -> new byte[] {(byte) (isIpv4() ? 8 : 128), 0, 0, 0, 0, 0, 0, 0};
      case Payload.Other _ -> new byte[8];
    };
  }
}
