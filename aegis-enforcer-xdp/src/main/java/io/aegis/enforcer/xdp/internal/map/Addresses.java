package io.aegis.enforcer.xdp.internal.map;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.Prefix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Addresses as the datapath has them: 16 bytes in network order, IPv4 as ::ffff:a.b.c.d. */
final class Addresses {

  static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private static final ValueLayout.OfLong BE64 =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
  private static final long MAPPED = 0xFFFF_0000_0000L;

  private Addresses() {}

  static void write(IpAddress address, MemorySegment target, long offset) {
    boolean isIpv4 = address.family() == Family.IPV4;
    target.set(BE64, offset, address.high());
    target.set(BE64, offset + 8, isIpv4 ? MAPPED | address.low() : address.low());
  }

  static IpAddress read(MemorySegment source, long offset, Family family) {
    long low = source.get(BE64, offset + 8);
    return family == Family.IPV4
        ? new IpAddress(family, 0, low & 0xFFFF_FFFFL)
        : new IpAddress(family, source.get(BE64, offset), low);
  }

  /** Whether 16 bytes are an IPv4 address as it is written for IPv6. */
  static boolean isMapped(MemorySegment source, long offset) {
    return source.get(BE64, offset) == 0 && source.get(BE64, offset + 8) >>> 32 == 0xFFFF;
  }

  /** Writes the bits that count in a prefix; of a mapped IPv4 address the first 96 always do. */
  static void writeMask(Prefix prefix, MemorySegment target, long offset) {
    int length = prefix.length() + 128 - prefix.address().family().bits();
    target.set(BE64, offset, leadingOnes(Math.min(length, 64)));
    target.set(BE64, offset + 8, leadingOnes(Math.max(length - 64, 0)));
  }

  // A shift by 64 is no shift in Java.
  private static long leadingOnes(int count) {
    return count == 0 ? 0 : -1L << (64 - count);
  }

  /** Returns {@code enum aegis_family}. */
  static byte familyNumber(Family family) {
    return (byte) (family == Family.IPV4 ? 4 : 6);
  }

  static Family family(byte number) {
    return switch (number) {
      case 4 -> Family.IPV4;
      case 6 -> Family.IPV6;
      default -> throw new IllegalStateException("aegis_grants: family " + number);
    };
  }
}
