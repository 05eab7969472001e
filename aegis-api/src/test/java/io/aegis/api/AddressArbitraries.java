package io.aegis.api;

import io.aegis.api.IpAddress.Family;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random addresses and prefixes, with runs of zeros and edges as common as they are in life. */
final class AddressArbitraries {
  private AddressArbitraries() {}

  static Arbitrary<IpAddress> addresses() {
    Arbitrary<IpAddress> v4 =
        Arbitraries.longs()
            .between(0, 0xFFFF_FFFFL)
            .map(bits -> new IpAddress(Family.IPV4, 0, bits));
    return Arbitraries.oneOf(v4, ipv6());
  }

  private static Arbitrary<IpAddress> ipv6() {
    Arbitrary<Integer> groups =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(2, Arbitraries.just(0)),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(0xFFFF)),
            net.jqwik.api.Tuple.of(3, Arbitraries.integers().between(0, 0xFFFF)));
    return groups
        .list()
        .ofSize(8)
        .map(list -> {
          byte[] bytes = new byte[16];
          for (int i = 0; i < 8; i++) {
            bytes[2 * i] = (byte) (list.get(i) >> 8);
            bytes[2 * i + 1] = (byte) (int) list.get(i);
          }
          return IpAddress.of(bytes);
        });
  }

  static Arbitrary<Prefix> prefixes() {
    return Combinators.combine(addresses(), Arbitraries.integers().between(0, 128))
        .as((address, wanted) -> {
          int bits = address.family().bits();
          int length = Math.min(wanted, bits);
          BigInteger first = number(address).shiftRight(bits - length).shiftLeft(bits - length);
          return new Prefix(address(first, address.family()), length);
        });
  }

  static BigInteger number(IpAddress address) {
    return new BigInteger(1, address.bytes());
  }

  /** The address with this number; the family is kept, also where the bits look IPv4-mapped. */
  static IpAddress address(BigInteger number, Family family) {
    return new IpAddress(family, number.shiftRight(64).longValue(), number.longValue());
  }
}
