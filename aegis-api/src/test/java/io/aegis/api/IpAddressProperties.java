package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class IpAddressProperties {

  @Provide
  Arbitrary<IpAddress> addresses() {
    return AddressArbitraries.addresses();
  }

  @Property
  void parse_ofTheText_isTheAddress(@ForAll("addresses") IpAddress address) {
    assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
  }

  @Property
  void of_theBytes_isTheAddress(@ForAll("addresses") IpAddress address) {
    assertThat(IpAddress.of(address.bytes())).isEqualTo(address);
    assertThat(IpAddress.of(address.toInetAddress())).isEqualTo(address);
  }

  @Property
  void text_meansTheSameToTheJdk(@ForAll("addresses") IpAddress address)
      throws UnknownHostException {
    assertThat(InetAddress.getByName(address.toString()).getAddress()).isEqualTo(address.bytes());
  }

  /** RFC 5952 section 4: lower case, no leading zeros, at most one and the longest run cut. */
  @Property
  void text_isCanonical(@ForAll("addresses") IpAddress address) {
    String text = address.toString();
    assertThat(text).isEqualTo(text.toLowerCase(java.util.Locale.ROOT));
    assertThat(text).doesNotContainPattern("(^|[.:])0[0-9a-f]");
    assertThat(text.split("::", -1).length).isLessThanOrEqualTo(2);
    if (!text.contains("::")) {
      assertThat(text).doesNotContainPattern("(^|:)0:0(:|$)");
    }
  }

  @Property
  void order_isThatOfTheNumbers(
      @ForAll("addresses") IpAddress a, @ForAll("addresses") IpAddress b) {
    int byNumber = AddressArbitraries.number(a).compareTo(AddressArbitraries.number(b));
    int expected = a.family() == b.family() ? byNumber : a.family().compareTo(b.family());
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Integer.signum(expected));
    assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
  }
}
