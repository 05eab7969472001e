package io.aegis.api;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress.Family;

/**
 * A block of addresses of one family (RFC 4632, RFC 4291).
 *
 * @param address the first address of the block; all bits beyond {@code length} are zero
 * @param length how many leading bits are fixed, 0 to 32 for IPv4 and 0 to 128 for IPv6
 */
public record Prefix(IpAddress address, int length) {

  /** Every IPv4 address. */
  public static final Prefix ALL_IPV4 = new Prefix(new IpAddress(Family.IPV4, 0, 0), 0);

  /** Every IPv6 address. */
  public static final Prefix ALL_IPV6 = new Prefix(new IpAddress(Family.IPV6, 0, 0), 0);

  /** How many bits of an IPv4-mapped address say that it is one. */
  private static final int MAPPED_BITS = 96;

  /**
   * Makes a prefix.
   *
   * @throws IllegalArgumentException if the length does not fit the family, or if the address has
   *     bits set beyond it
   */
  public Prefix {
    requireNonNull(address, "address");
    int bits = address.family().bits();
    if (length < 0 || length > bits) {
      throw new IllegalArgumentException(
          "the length of an "
              + name(address.family())
              + " prefix is 0 to "
              + bits
              + ", not "
              + length);
    }
    if (hasBitsBeyond(address, length)) {
      throw new IllegalArgumentException(
          address + "/" + length + " has bits beyond its length (write the first address)");
    }
  }

  /**
   * Returns the prefix that holds one address.
   *
   * @param address the address
   * @return a prefix of full length
   */
  public static Prefix of(IpAddress address) {
    return new Prefix(address, address.family().bits());
  }

  /**
   * Reads {@code address/length}, or an address alone, which means that one address.
   *
   * <p>The length counts bits of the address as it is written. So {@code ::ffff:10.0.0.0/104} is
   * {@code 10.0.0.0/8}, and an IPv4-mapped address with fewer than 96 bits is no prefix.
   *
   * @param text for example {@code 10.2.0.0/16}, {@code 2001:db8::/32} or {@code 10.2.0.7}
   * @return the prefix; IPv4 for an IPv4-mapped IPv6 address
   * @throws IllegalArgumentException if the text is not a prefix, or has bits beyond its length
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return of(IpAddress.parse(text));
    }
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "not a prefix: '" + text + "' (write 10.2.0.0/16 or 2001:db8::/32)");
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    int bits = Integer.parseInt(length);
    boolean isMapped = address.family() == Family.IPV4 && text.indexOf(':') >= 0;
    if (isMapped && (bits < MAPPED_BITS || bits > Family.IPV6.bits())) {
      throw new IllegalArgumentException(
          "not a prefix: '" + text + "' (write an IPv4 prefix as IPv4: 10.2.0.0/16)");
    }
    return new Prefix(address, isMapped ? bits - MAPPED_BITS : bits);
  }

  /**
   * Returns whether {@code other} is of this family and in this block.
   *
   * @param other an address
   * @return true if it is one of this prefix's addresses
   */
  public boolean contains(IpAddress other) {
    if (other.family() != address.family()) {
      return false;
    }
    int hostBits = address.family().bits() - length;
    return ((other.high() ^ address.high()) & highMask(hostBits)) == 0
        && ((other.low() ^ address.low()) & lowMask(hostBits)) == 0;
  }

  /**
   * Returns whether this prefix holds exactly one address.
   *
   * @return true for /32 and /128
   */
  public boolean isSingleAddress() {
    return length == address.family().bits();
  }

  private static String name(Family family) {
    return family == Family.IPV4 ? "IPv4" : "IPv6";
  }

  private static boolean hasBitsBeyond(IpAddress address, int length) {
    int hostBits = address.family().bits() - length;
    return ((address.high() & ~highMask(hostBits)) != 0 && address.family() == Family.IPV6)
        || (address.low() & ~lowMask(hostBits)) != 0;
  }

  // Shifts of 64 are no shifts in Java, hence the two cases each.
  private static long lowMask(int hostBits) {
    return hostBits >= 64 ? 0 : -1L << hostBits;
  }

  private static long highMask(int hostBits) {
    return hostBits <= 64 ? -1L : hostBits == 128 ? 0 : -1L << (hostBits - 64);
  }

  /** Returns {@code address/length}. */
  @Override
  public String toString() {
    return address + "/" + length;
  }
}
