package io.aegis.server.explain;

import io.aegis.api.IpAddress;
import java.util.Arrays;

/**
 * A frame in a few words, for people who look for theirs in a list. Says nothing of verdicts; what
 * it cannot read it calls by its length. Stateless.
 */
public final class FrameWords {
  private static final int TAGS_AT = 12;

  private final byte[] frame;

  private FrameWords(byte[] frame) {
    this.frame = frame;
  }

  /**
   * Describes a frame.
   *
   * @param frame the bytes from the Ethernet header on, any number of them
   * @return for example {@code tcp 10.1.1.5:49152 -> 10.2.0.7:443}
   */
  public static String of(byte[] frame) {
    try {
      return new FrameWords(frame).words();
    } catch (IndexOutOfBoundsException e) {
      return "cut after " + frame.length + " bytes";
    }
  }

  private String words() {
    int at = TAGS_AT;
    int type = word(at);
    while (type == 0x8100 || type == 0x88A8) {
      at += 4;
      type = word(at);
    }
    return switch (type) {
      case 0x0800 -> ipv4(at + 2);
      case 0x86DD -> ipv6(at + 2);
      case 0x0806 -> "arp";
      default -> "EtherType 0x%04x".formatted(type);
    };
  }

  private String ipv4(int at) {
    int header = (frame[at] & 0xF) * 4;
    boolean isFragment = (word(at + 6) & 0x3FFF) != 0;
    String protocol = protocol(frame[at + 9] & 0xFF);
    String from = address(at + 12, 4);
    String to = address(at + 16, 4);
    return isFragment
        ? protocol + " fragment " + from + " -> " + to
        : ends(protocol, from, to, at + header);
  }

  private String ipv6(int at) {
    int next = frame[at + 6] & 0xFF;
    return ends(protocol(next), address(at + 8, 16), address(at + 24, 16), at + 40);
  }

  private String ends(String protocol, String from, String to, int at) {
    if (!protocol.equals("tcp") && !protocol.equals("udp")) {
      return protocol + " " + from + " -> " + to;
    }
    return "%s %s -> %s".formatted(protocol, end(from, word(at)), end(to, word(at + 2)));
  }

  private static String end(String address, int port) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  private String address(int at, int length) {
    if (at + length > frame.length) {
      throw new IndexOutOfBoundsException(at);
    }
    return IpAddress.of(Arrays.copyOfRange(frame, at, at + length)).toString();
  }

  private static String protocol(int number) {
    return switch (number) {
      case 1 -> "icmp";
      case 6 -> "tcp";
      case 17 -> "udp";
      case 58 -> "icmpv6";
      default -> "protocol " + number;
    };
  }

  private int word(int at) {
    return ((frame[at] & 0xFF) << 8) | (frame[at + 1] & 0xFF);
  }
}
