package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * The frames that are measured: TCP segments from many clients to one service, as short as Ethernet
 * has them. Checksums are zero: nothing reads them.
 */
final class Frames {

  /** How many different frames a work has. */
  static final int COUNT = 100;

  static final IpAddress SERVICE = IpAddress.parse("10.77.255.1");
  static final IpAddress SERVICE6 = IpAddress.parse("fd77:0:0:1::1");
  static final int PORT = 443;

  private static final long CLIENTS = IpAddress.parse("10.77.0.1").low();
  private static final IpAddress CLIENTS6 = IpAddress.parse("fd77::1");

  /** The first of 198.18.0.0/15, which is for benchmarks (RFC 2544): nobody has a grant there. */
  private static final long STRANGERS = IpAddress.parse("198.18.0.0").low();

  /** Spreads {@link #COUNT} strangers over their prefix. */
  private static final int STRIDE = 1009;

  private static final byte[] MACS = HexFormat.of().parseHex("020000000001020000000002");
  private static final short ETHERTYPE_IPV4 = 0x0800;
  private static final short ETHERTYPE_IPV6 = (short) 0x86DD;
  private static final int ETHERNET_BYTES = 14;
  private static final int SHORTEST_BYTES = 64;
  private static final int TOTAL_LENGTH_AT = ETHERNET_BYTES + 2;
  private static final int ADDRESSES_AT = ETHERNET_BYTES + 12;
  private static final int PORTS_AT = ETHERNET_BYTES + 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final byte TCP = 6;
  private static final byte HOPS = 64;
  private static final short DO_NOT_FRAGMENT = 0x4000;
  private static final short CLIENT_PORT = (short) 40_000;
  private static final short OFFSET_AND_ACK = 0x5010;

  private Frames() {}

  /** Returns the IPv4 client of a number, counted from 0. */
  static IpAddress client(long number) {
    return new IpAddress(Family.IPV4, 0, CLIENTS + number);
  }

  /** Returns the IPv6 client of a number, counted from 0. */
  static IpAddress client6(long number) {
    return new IpAddress(Family.IPV6, CLIENTS6.high(), CLIENTS6.low() + number);
  }

  /** Returns an IPv4 address that no client has. */
  static IpAddress stranger(long number) {
    return new IpAddress(Family.IPV4, 0, STRANGERS + number * STRIDE);
  }

  /** Returns frames of some of the first {@code clients} IPv4 clients, evenly spread. */
  static List<byte[]> ofClients(int clients) {
    return each(i -> ipv4(client(i * clients / COUNT), PORT));
  }

  /** Returns frames of some of the first {@code clients} IPv6 clients, evenly spread. */
  static List<byte[]> ofClients6(int clients) {
    return each(i -> ipv6(client6(i * clients / COUNT), PORT));
  }

  /** Returns frames from IPv6 addresses that no client has. */
  static List<byte[]> ofStrangers6() {
    return each(i -> ipv6(new IpAddress(Family.IPV6, ~CLIENTS6.high(), i * STRIDE), PORT));
  }

  static List<byte[]> ofStrangers(int port) {
    return each(i -> ipv4(stranger(i), port));
  }

  /** Returns what the service sends to some of the first {@code clients} IPv4 clients. */
  static List<byte[]> repliesToClients(int clients) {
    return ofClients(clients).stream().map(Frames::reply).toList();
  }

  /** Returns what the service sends to those that no client is. */
  static List<byte[]> repliesToStrangers() {
    return ofStrangers(PORT).stream().map(Frames::reply).toList();
  }

  private static byte[] reply(byte[] frame) {
    byte[] back = frame.clone();
    swap(back, ADDRESSES_AT, Integer.BYTES);
    swap(back, PORTS_AT, Short.BYTES);
    return back;
  }

  private static void swap(byte[] frame, int at, int size) {
    byte[] first = Arrays.copyOfRange(frame, at, at + size);
    System.arraycopy(frame, at + size, frame, at, size);
    System.arraycopy(first, 0, frame, at + size, size);
  }

  /** Returns frames that end before their IPv4 header says. */
  static List<byte[]> malformed() {
    return each(i -> {
      byte[] frame = ipv4(stranger(i), PORT);
      short beyond = SHORTEST_BYTES;
      ByteBuffer.wrap(frame).putShort(TOTAL_LENGTH_AT, beyond);
      return frame;
    });
  }

  private static List<byte[]> each(LongFunction<byte[]> frame) {
    return LongStream.range(0, COUNT).mapToObj(frame).toList();
  }

  private static byte[] ipv4(IpAddress client, int port) {
    byte[] bytes = new byte[SHORTEST_BYTES];
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    frame.put(MACS).putShort(ETHERTYPE_IPV4);
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (SHORTEST_BYTES - ETHERNET_BYTES));
    frame.putShort((short) 1).putShort(DO_NOT_FRAGMENT).put(HOPS).put(TCP).putShort((short) 0);
    frame.put(client.bytes()).put(SERVICE.bytes());
    putTcp(frame, port);
    return bytes;
  }

  // Longer than Ethernet's shortest frame by its headers alone: 74 bytes.
  private static byte[] ipv6(IpAddress client, int port) {
    byte[] bytes = new byte[ETHERNET_BYTES + IPV6_BYTES + TCP_BYTES];
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    frame.put(MACS).putShort(ETHERTYPE_IPV6);
    frame.putInt(0x60000000).putShort((short) TCP_BYTES).put(TCP).put(HOPS);
    frame.put(client.bytes()).put(SERVICE6.bytes());
    putTcp(frame, port);
    return bytes;
  }

  private static void putTcp(ByteBuffer frame, int port) {
    frame.putShort(CLIENT_PORT).putShort((short) port).putInt(0).putInt(0);
    frame.putShort(OFFSET_AND_ACK);
  }
}
