package io.aegis.api;

import static java.util.Objects.requireNonNull;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address, without zone, name or port.
 *
 * <p>An IPv4-mapped IPv6 address ({@code ::ffff:a.b.c.d}, RFC 4291 section 2.5.5.2) never appears
 * as a packet's own address, so every factory here turns it into the IPv4 address it means; there
 * is one spelling of every address, and equality is equality on the wire.
 *
 * @param family the address family
 * @param high the upper 64 bits in network order; zero for IPv4
 * @param low the lower 64 bits in network order; for IPv4 the address is its lower 32 bits
 */
public record IpAddress(Family family, long high, long low) implements Comparable<IpAddress> {

  /** The two address families. */
  public enum Family {
    /** IPv4: 32 bits. */
    IPV4(32),
    /** IPv6: 128 bits. */
    IPV6(128);

    private final int bits;

    Family(int bits) {
      this.bits = bits;
    }

    /**
     * Returns the length of an address of this family.
     *
     * @return 32 or 128
     */
    public int bits() {
      return bits;
    }
  }

  private static final long MAPPED_MARK = 0xFFFFL;

  /**
   * Makes an address from its parts.
   *
   * @throws IllegalArgumentException if an IPv4 address has bits beyond the lower 32, or if an IPv6
   *     address is IPv4-mapped
   */
  public IpAddress {
    requireNonNull(family, "family");
    if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
    if (family == Family.IPV6 && isMapped(high, low)) {
      throw new IllegalArgumentException("an IPv4-mapped address is written as IPv4");
    }
  }

  /**
   * Returns the address with these bytes.
   *
   * @param bytes 4 or 16 bytes in network order; not kept
   * @return the address; IPv4 for an IPv4-mapped IPv6 address
   * @throws IllegalArgumentException if the length is neither 4 nor 16
   */
  public static IpAddress of(byte[] bytes) {
    return switch (bytes.length) {
      case 4 -> new IpAddress(Family.IPV4, 0, ByteBuffer.wrap(bytes).getInt() & 0xFFFF_FFFFL);
      case 16 -> ofIpv6(ByteBuffer.wrap(bytes).getLong(0), ByteBuffer.wrap(bytes).getLong(8));
      default ->
          throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
    };
  }

  /**
   * Returns the address of {@code address}, without its zone.
   *
   * @param address a JDK address
   * @return the same address
   */
  public static IpAddress of(InetAddress address) {
    return of(address.getAddress());
  }

  /**
   * Reads an address in its usual text form: dotted decimal with exactly four parts, or RFC 4291
   * text without a zone. Nothing is looked up.
   *
   * @param text for example {@code 10.1.2.3} or {@code 2001:db8::7}
   * @return the address
   * @throws IllegalArgumentException if the text is anything else, such as a name, a shortened IPv4
   *     form or an address with a zone
   */
  public static IpAddress parse(String text) {
    if (text.indexOf(':') < 0) {
      return parseIpv4(text);
    }
    if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0 || text.indexOf('/') >= 0) {
      throw notAnAddress(text);
    }
    try {
      return of(Inet6Address.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      throw notAnAddress(text);
    }
  }

  private static IpAddress parseIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw notAnAddress(text);
    }
    long bits = 0;
    for (String part : parts) {
      bits = bits << 8 | octet(part, text);
    }
    return new IpAddress(Family.IPV4, 0, bits);
  }

  // A leading zero is refused: some tools read it as octal, and two readings of one rule are a
  // hole.
  private static int octet(String part, String text) {
    boolean digits = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || part.length() > 3 || (part.length() > 1 && part.charAt(0) == '0')) {
      throw notAnAddress(text);
    }
    int value = Integer.parseInt(part);
    if (value > 255) {
      throw notAnAddress(text);
    }
    return value;
  }

  private static IllegalArgumentException notAnAddress(String text) {
    return new IllegalArgumentException(
        "not an IP address: '" + text + "' (write 10.1.2.3 or 2001:db8::7)");
  }

  private static IpAddress ofIpv6(long high, long low) {
    return isMapped(high, low)
        ? new IpAddress(Family.IPV4, 0, low & 0xFFFF_FFFFL)
        : new IpAddress(Family.IPV6, high, low);
  }

  private static boolean isMapped(long high, long low) {
    return high == 0 && low >>> 32 == MAPPED_MARK;
  }

  /**
   * Returns the bytes of this address.
   *
   * @return 4 or 16 bytes in network order; a fresh array
   */
  public byte[] bytes() {
    return family == Family.IPV4
        ? ByteBuffer.allocate(4).putInt((int) low).array()
        : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  /**
   * Returns this address as the JDK knows it.
   *
   * @return an {@code Inet4Address} or {@code Inet6Address}
   */
  public InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(bytes());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are always an address", e);
    }
  }

  /** Orders IPv4 before IPv6, and numerically within a family. */
  @Override
  public int compareTo(IpAddress other) {
    int byFamily = family.compareTo(other.family);
    if (byFamily != 0) {
      return byFamily;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** Returns the usual text form, IPv6 compressed as RFC 5952 asks. */
  @Override
  public String toString() {
    return family == Family.IPV4
        ? (low >>> 24 & 255)
            + "."
            + (low >>> 16 & 255)
            + "."
            + (low >>> 8 & 255)
            + "."
            + (low & 255)
        : Ipv6Text.of(high, low);
  }
}
