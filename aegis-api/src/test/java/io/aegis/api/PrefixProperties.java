package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Prefixes against arithmetic on big integers. */
final class PrefixProperties {

  @Provide
  Arbitrary<IpAddress> addresses() {
    return AddressArbitraries.addresses();
  }

  @Provide
  Arbitrary<Prefix> prefixes() {
    return AddressArbitraries.prefixes();
  }

  @Property
  void parse_ofTheText_isThePrefix(@ForAll("prefixes") Prefix prefix) {
    assertThat(Prefix.parse(prefix.toString())).isEqualTo(prefix);
  }

  @Property
  void contains_isARangeOfNumbers(
      @ForAll("prefixes") Prefix prefix, @ForAll("addresses") IpAddress address) {
    assertThat(prefix.contains(address)).isEqualTo(containsByArithmetic(prefix, address));
  }

  /** Addresses next to the prefix, which random ones almost never are. */
  @Property
  void contains_changesAtItsEndsAlone(
      @ForAll("prefixes") Prefix prefix, @ForAll @IntRange(min = -2, max = 2) int offset) {
    BigInteger first = AddressArbitraries.number(prefix.address());
    for (BigInteger edge : new BigInteger[] {first, first.add(size(prefix))}) {
      BigInteger number = edge.add(BigInteger.valueOf(offset));
      Assume.that(number.signum() >= 0);
      Assume.that(number.bitLength() <= prefix.address().family().bits());
      Assume.that(!looksMapped(number, prefix));
      IpAddress address = AddressArbitraries.address(number, prefix.address().family());
      assertThat(prefix.contains(address)).isEqualTo(containsByArithmetic(prefix, address));
    }
  }

  private static boolean looksMapped(BigInteger number, Prefix prefix) {
    return prefix.address().family() == IpAddress.Family.IPV6
        && number.shiftRight(32).equals(BigInteger.valueOf(0xFFFF));
  }

  @Property
  void everyAddress_isInItsOwnPrefixes(
      @ForAll("addresses") IpAddress address, @ForAll @IntRange(max = 128) int wanted) {
    int bits = address.family().bits();
    int length = Math.min(wanted, bits);
    BigInteger number = AddressArbitraries.number(address);
    BigInteger first = number.shiftRight(bits - length).shiftLeft(bits - length);
    Prefix prefix = new Prefix(AddressArbitraries.address(first, address.family()), length);
    assertThat(prefix.contains(address)).isTrue();
    if (!first.equals(number)) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Prefix(address, length));
    }
  }

  private static boolean containsByArithmetic(Prefix prefix, IpAddress address) {
    BigInteger first = AddressArbitraries.number(prefix.address());
    BigInteger number = AddressArbitraries.number(address);
    return prefix.address().family() == address.family()
        && number.compareTo(first) >= 0
        && number.compareTo(first.add(size(prefix))) < 0;
  }

  private static BigInteger size(Prefix prefix) {
    return BigInteger.ONE.shiftLeft(prefix.address().family().bits() - prefix.length());
  }
}
