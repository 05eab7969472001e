package io.aegis.api;

import java.util.Locale;

/** What a target speaks. Each protocol is its own: a grant for TCP admits no UDP. */
public enum Protocol {
  /** TCP (RFC 9293). */
  TCP(true),
  /** UDP (RFC 768). */
  UDP(true),
  /**
   * The echo request of ICMP (RFC 792) to an IPv4 target and of ICMPv6 (RFC 4443) to an IPv6
   * target; no other message. It has no ports: such a target's ports are {@link PortRange#ANY}.
   */
  ICMP_ECHO(false);

  private final boolean hasPorts;

  Protocol(boolean hasPorts) {
    this.hasPorts = hasPorts;
  }

  /**
   * Returns whether this protocol has ports.
   *
   * @return true for TCP and UDP
   */
  public boolean hasPorts() {
    return hasPorts;
  }

  /**
   * Reads the text form.
   *
   * @param text {@code tcp}, {@code udp} or {@code icmp-echo}
   * @return the protocol
   * @throws IllegalArgumentException if it is anything else
   */
  public static Protocol parse(String text) {
    for (Protocol protocol : values()) {
      if (protocol.toString().equals(text)) {
        return protocol;
      }
    }
    throw new IllegalArgumentException(
        "not a protocol: '" + text + "' (one of tcp, udp, icmp-echo)");
  }

  /** Returns {@code tcp}, {@code udp} or {@code icmp-echo}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
