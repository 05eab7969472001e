package io.aegis.enforcer.tck;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.enforcer.tck.FrameLayer.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds Ethernet frames, header by header, as they would be sent, or with deliberate defects.
 * Lengths, protocol numbers and checksums are computed; {@link #with} fixes any field of the header
 * that was added last to another value.
 *
 * <p>{@link FrameText} reads the same from text. Not thread-safe.
 */
public final class FrameBuilder {

  /** The flag of TCP that opens a connection. */
  public static final int SYN = 0x02;

  /** The flag of TCP that every segment has but the first. */
  public static final int ACK = 0x10;

  private static final int IPV4_ETHERTYPE = 0x0800;
  private static final int IPV6_ETHERTYPE = 0x86DD;

  private final List<FrameLayer> layers = new ArrayList<>();
  private int padding;
  private int cut = Integer.MAX_VALUE;
  private final Map<Integer, Byte> pokes = new LinkedHashMap<>();

  private FrameBuilder() {
    add(Kind.ETHERNET, -1)
        .fix("destinationHigh", 0x0200)
        .fix("destinationLow", 0x5EAE0001L)
        .fix("sourceHigh", 0x0200)
        .fix("sourceLow", 0x5EAE0002L);
  }

  /**
   * Begins a frame with locally administered addresses.
   *
   * @return a builder
   */
  public static FrameBuilder ethernet() {
    return new FrameBuilder();
  }

  private FrameLayer add(Kind kind, int number) {
    var layer = new FrameLayer(kind, number);
    layers.add(layer);
    return layer;
  }

  private FrameLayer last() {
    return layers.getLast();
  }

  /**
   * Adds a VLAN tag.
   *
   * @param tpid its EtherType, 0x8100 or 0x88a8
   * @param id the VLAN, 0 to 4095
   * @return this
   */
  public FrameBuilder vlan(int tpid, int id) {
    add(Kind.VLAN, tpid).fix("id", id);
    return this;
  }

  /**
   * Adds an ARP request of 28 bytes.
   *
   * @return this
   */
  public FrameBuilder arp() {
    add(Kind.ARP, 0x0806)
        .tail(new byte[20])
        .fix("hardware", 1)
        .fix("protocol", IPV4_ETHERTYPE)
        .fix("hlen", 6)
        .fix("plen", 4)
        .fix("operation", 1);
    return this;
  }

  /**
   * Adds an IPv4 or an IPv6 header, as the addresses are.
   *
   * @param source its source address
   * @param destination its destination address, of the same family
   * @return this
   * @throws IllegalArgumentException if the families differ
   */
  public FrameBuilder ip(IpAddress source, IpAddress destination) {
    if (source.family() != destination.family()) {
      throw new IllegalArgumentException(source + " and " + destination + " differ in family");
    }
    return source.family() == Family.IPV4
        ? ipv4(source, destination)
        : ipv6(source.bytes(), destination.bytes());
  }

  private FrameBuilder ipv4(IpAddress source, IpAddress destination) {
    add(Kind.IPV4, IPV4_ETHERTYPE)
        .tail(FrameLayer.concat(source.bytes(), destination.bytes()))
        .fix("version", 4)
        .fix("id", 7)
        .fix("ttl", 64);
    return this;
  }

  /**
   * Adds an IPv6 header with any addresses, IPv4-mapped ones too.
   *
   * @param source 16 bytes
   * @param destination 16 bytes
   * @return this
   */
  public FrameBuilder ipv6(byte[] source, byte[] destination) {
    if (source.length != 16 || destination.length != 16) {
      throw new IllegalArgumentException("an IPv6 address has 16 bytes");
    }
    add(Kind.IPV6, IPV6_ETHERTYPE)
        .tail(FrameLayer.concat(source, destination))
        .fix("version", 6)
        .fix("hop", 64);
    return this;
  }

  /**
   * Adds options to the IPv4 or TCP header that was added last, or bytes to its end.
   *
   * @param options a multiple of four bytes, unless the defect is wanted
   * @return this
   */
  public FrameBuilder options(byte... options) {
    if (last().kind != Kind.IPV4 && last().kind != Kind.TCP) {
      throw new IllegalArgumentException("only IPv4 and TCP have options");
    }
    last().tail = FrameLayer.concat(last().tail, options);
    return this;
  }

  /**
   * Adds an IPv6 extension header of zeros (which are padding options).
   *
   * @param number its protocol number
   * @param sizeBytes its true size, 2 or more; its length field is computed from it
   * @return this
   */
  public FrameBuilder extension(int number, int sizeBytes) {
    add(Kind.EXTENSION, number).tail(new byte[sizeBytes - 2]);
    return this;
  }

  /**
   * Adds an IPv6 Fragment header.
   *
   * @param offset in units of eight bytes
   * @param more whether more fragments follow
   * @return this
   */
  public FrameBuilder fragment(int offset, boolean more) {
    add(Kind.FRAGMENT, 44).fix("offset", offset).fix("more", more ? 1 : 0).fix("id", 7);
    return this;
  }

  /**
   * Adds a TCP header with the ACK flag.
   *
   * @param source its source port
   * @param destination its destination port
   * @return this
   */
  public FrameBuilder tcp(int source, int destination) {
    add(Kind.TCP, 6)
        .fix("source", source)
        .fix("destination", destination)
        .fix("flags", ACK)
        .fix("window", 1024);
    return this;
  }

  /**
   * Adds a TCP header with the SYN flag alone.
   *
   * @param source its source port
   * @param destination its destination port
   * @return this
   */
  public FrameBuilder tcpSyn(int source, int destination) {
    return tcp(source, destination).with("flags", SYN);
  }

  /**
   * Adds a UDP header.
   *
   * @param source its source port
   * @param destination its destination port
   * @return this
   */
  public FrameBuilder udp(int source, int destination) {
    add(Kind.UDP, 17).fix("source", source).fix("destination", destination);
    return this;
  }

  /**
   * Adds an ICMP header of eight bytes: ICMPv6 behind an IPv6 header, else ICMP.
   *
   * @param type the message type
   * @param code the code
   * @return this
   */
  public FrameBuilder icmp(int type, int code) {
    boolean v6 =
        layers.reversed().stream()
            .filter(l -> l.kind.isIp())
            .findFirst()
            .map(l -> l.kind == Kind.IPV6)
            .orElse(false);
    add(Kind.ICMP, v6 ? 58 : 1).fix("type", type).fix("code", code);
    return this;
  }

  /**
   * Adds an IP-in-IP, GRE, ESP or any other payload, named by its protocol number.
   *
   * @param number the protocol number
   * @param bytes what the packet carries
   * @return this
   */
  public FrameBuilder protocol(int number, byte... bytes) {
    add(Kind.PAYLOAD, number).tail(bytes);
    return this;
  }

  /**
   * Adds data.
   *
   * @param bytes the data
   * @return this
   */
  public FrameBuilder payload(byte... bytes) {
    add(Kind.PAYLOAD, -1).tail(bytes);
    return this;
  }

  /**
   * Fixes a field of the header that was added last, whatever it should be.
   *
   * @param field its name, for example {@code length}, {@code ihl} or {@code flags}
   * @param value its value in host order
   * @return this
   * @throws IllegalArgumentException if the header has no such field (the message lists them), or
   *     the value does not fit
   */
  public FrameBuilder with(String field, long value) {
    last().fix(field, value);
    return this;
  }

  /**
   * Adds bytes behind the datagram, as Ethernet does to short ones. No length counts them.
   *
   * @param sizeBytes how many
   * @return this
   */
  public FrameBuilder padding(int sizeBytes) {
    padding = sizeBytes;
    return this;
  }

  /**
   * Cuts the finished frame, while its headers go on to claim what they claim.
   *
   * @param sizeBytes how many bytes are left, at most
   * @return this
   */
  public FrameBuilder cut(int sizeBytes) {
    cut = sizeBytes;
    return this;
  }

  /**
   * Overwrites a byte of the finished frame, whatever stands there; nothing is computed anew. Where
   * the frame ends before it nothing happens.
   *
   * @param at its offset in the frame
   * @param value 0 to 255
   * @return this
   * @throws IllegalArgumentException if there is no such offset or value
   */
  public FrameBuilder poke(int at, int value) {
    if (at < 0 || value < 0 || value > 255) {
      throw new IllegalArgumentException("no byte of a frame: " + at + "=" + value);
    }
    pokes.put(at, (byte) value);
    return this;
  }

  /**
   * Builds the frame.
   *
   * @return its bytes from the Ethernet header on, without checksum
   */
  public byte[] bytes() {
    byte[] whole = FrameLayer.concat(FrameAssembly.bytes(layers), new byte[padding]);
    byte[] frame = whole.length <= cut ? whole : Arrays.copyOf(whole, cut);
    pokes.forEach((at, value) -> {
      if (at < frame.length) {
        frame[at] = value;
      }
    });
    return frame;
  }

  /**
   * Returns where the datagram ends, as its first IP header or ARP says: padding begins there.
   *
   * @return an offset into the whole frame; its length when it is neither
   */
  public int datagramEnd() {
    int length = FrameAssembly.bytes(layers).length;
    int at = 0;
    for (FrameLayer layer : layers) {
      switch (layer.kind) {
        case IPV4 -> {
          return at + (int) layer.value("length");
        }
        case IPV6 -> {
          return at + layer.length() + (int) layer.value("length");
        }
        case ARP -> {
          return at + layer.length();
        }
        default -> at += layer.length();
      }
    }
    return length;
  }
}
