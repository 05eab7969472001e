package io.aegis.api;

import java.util.Arrays;

/**
 * Why the datapath did what it did with a packet. The numbers are those of {@code enum
 * aegis_reason} in {@code bpf/aegis_layout.h}; both lists only grow.
 */
public enum Reason {
  /** Shorter than its headers claim, or a header that contradicts itself. */
  MALFORMED(1, false),
  /** More than two VLAN tags. */
  VLAN_DEPTH(2, false),
  /** Address resolution (RFC 826), which IPv4 cannot do without. */
  ARP(3, true),
  /** Neither IPv4 nor IPv6, and not admitted by the interface's settings. */
  ETHERTYPE(4, false),
  /** IPv4 options. */
  IP_OPTIONS(5, false),
  /** A fragment: its ports cannot be trusted, or are not there. */
  FRAGMENT(6, false),
  /** An IPv6 extension header that is not on the short list, or too many of them. */
  EXTENSION_HEADER(7, false),
  /** Neighbour discovery or multicast listener discovery (RFC 4861, RFC 3810). */
  NEIGHBOUR(8, true),
  /** An ICMP error about a packet that a grant or static rule had admitted the other way. */
  RELATED_ERROR(9, true),
  /** A live grant. */
  GRANT(10, true),
  /** A static rule of the gateway's own. */
  STATIC(11, true),
  /** A grant matches, but its hard or soft expiry has passed. */
  EXPIRED(12, false),
  /** A grant matches, but it has seen no traffic for longer than its idle limit. */
  IDLE(13, false),
  /** A grant matches, but it needs the lease and the lease has run out. */
  LEASE(14, false),
  /** Nothing admits it. */
  NO_GRANT(15, false),
  /** A grant in audit mode would have been the one to admit it. */
  WOULD_ADMIT(16, false),
  /** Leaving the protected side, and no reply to anything admitted. */
  EGRESS(17, false),
  /** A link control frame (LACP, 802.1X, LLDP) that the interface's settings admit. */
  LINK_CONTROL(18, true);

  private static final Reason[] BY_CODE = new Reason[19];

  static {
    Arrays.stream(values()).forEach(reason -> BY_CODE[reason.code] = reason);
  }

  private final int code;
  private final boolean admits;

  Reason(int code, boolean admits) {
    this.code = code;
    this.admits = admits;
  }

  /**
   * Returns the number of this reason in the kernel's maps.
   *
   * @return 1 or more
   */
  public int code() {
    return code;
  }

  /**
   * Returns whether a packet with this reason passes an enforcing interface.
   *
   * @return true for reasons to admit, false for reasons to drop
   */
  public boolean admits() {
    return admits;
  }

  /**
   * Returns the reason with this number.
   *
   * @param code a number from {@link #code()}
   * @return the reason
   * @throws IllegalArgumentException if there is none
   */
  public static Reason ofCode(int code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("no reason has the code " + code);
    }
    return BY_CODE[code];
  }
}
