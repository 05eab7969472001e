package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PrefixTest {

  @Test
  void parse_readsAddressAndLength() {
    Prefix prefix = Prefix.parse("10.2.0.0/16");
    assertThat(prefix.address()).isEqualTo(IpAddress.parse("10.2.0.0"));
    assertThat(prefix.length()).isEqualTo(16);
    assertThat(prefix).hasToString("10.2.0.0/16");
  }

  @Test
  void parse_ofAnAddressAlone_isThatAddress() {
    assertThat(Prefix.parse("10.2.0.7")).isEqualTo(Prefix.of(IpAddress.parse("10.2.0.7")));
    assertThat(Prefix.parse("::1").length()).isEqualTo(128);
  }

  /**
   * The length is that of what is written: 8 bits of ::ffff:10.0.0.0 are not 8 bits of 10.0.0.0.
   */
  @Test
  void parse_mappedAddress_countsTheBitsThatAreWritten() {
    assertThat(Prefix.parse("::ffff:10.0.0.0/104")).isEqualTo(Prefix.parse("10.0.0.0/8"));
    assertThat(Prefix.parse("::ffff:10.0.0.7/128")).isEqualTo(Prefix.parse("10.0.0.7/32"));
    assertThat(Prefix.parse("::ffff:0:0/96")).isEqualTo(Prefix.ALL_IPV4);
    assertThat(Prefix.parse("::ffff:10.0.0.7")).isEqualTo(Prefix.parse("10.0.0.7"));
    for (String text : new String[] {"::ffff:10.0.0.0/8", "::ffff:0:0/95", "::ffff:0:0/129"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Prefix.parse(text))
          .withMessageContaining("write an IPv4 prefix as IPv4");
    }
  }

  @Test
  void parse_anythingElse_isRefused() {
    for (String text :
        List.of(
            "",
            "/",
            "10.2.0.0/",
            "10.2.0.0/33",
            "10.2.0.0/-1",
            "10.2.0.0/+8",
            "10.2.0.0/1x",
            "10.2.0.0/16/16",
            "10.2/16",
            "::/129",
            "::/1000",
            "10.2.0.0/ 16",
            "10.2.0.0 /16",
            "10.2.0.0/255.255.0.0",
            "name/8")) {
      assertThatIllegalArgumentException().as("'%s'", text).isThrownBy(() -> Prefix.parse(text));
    }
  }

  @Test
  void bitsBeyondTheLength_areRefused_notCut() {
    for (String text :
        List.of(
            "10.2.0.1/16",
            "10.2.128.0/16",
            "1.0.0.0/0",
            "128.0.0.0/0",
            "::1/127",
            "::1/0",
            "8000::/0",
            "fd77:1::/16",
            "fd77::1:0:0:0/64",
            "0:0:0:1::/63",
            "0:0:0:0:8000::/64")) {
      assertThatIllegalArgumentException()
          .as(text)
          .isThrownBy(() -> Prefix.parse(text))
          .withMessageContaining("bits beyond its length");
    }
  }

  @Test
  void contains_atTheEdges() {
    Map.of(
            "10.2.0.0/16", List.of("10.2.0.0", "10.2.255.255"),
            "128.0.0.0/1", List.of("128.0.0.0", "255.255.255.255"),
            "0.0.0.0/0", List.of("0.0.0.0", "255.255.255.255"),
            "10.2.0.7/32", List.of("10.2.0.7"),
            "fd77::/64", List.of("fd77::", "fd77::ffff:ffff:ffff:ffff"),
            "fd77::/63", List.of("fd77::", "fd77:0:0:1:ffff:ffff:ffff:ffff"),
            "fd77::/65", List.of("fd77::", "fd77::7fff:ffff:ffff:ffff"),
            "::/0", List.of("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            "::7/128", List.of("::7"))
        .forEach((prefix, inside) ->
            assertThat(inside)
                .as(prefix)
                .allMatch(each -> Prefix.parse(prefix).contains(IpAddress.parse(each))));
    Map.of(
            "10.2.0.0/16", List.of("10.1.255.255", "10.3.0.0"),
            "128.0.0.0/1", List.of("127.255.255.255"),
            "10.2.0.7/32", List.of("10.2.0.6", "10.2.0.8"),
            "fd77::/64", List.of("fd76:ffff::", "fd77:0:0:1::"),
            "fd77::/63", List.of("fd77:0:0:2::"),
            "fd77::/65", List.of("fd77::8000:0:0:0"),
            "::7/128", List.of("::6", "1::7"))
        .forEach((prefix, outside) ->
            assertThat(outside)
                .as(prefix)
                .noneMatch(each -> Prefix.parse(prefix).contains(IpAddress.parse(each))));
  }

  @Test
  void contains_nothingOfTheOtherFamily() {
    assertThat(Prefix.ALL_IPV4.contains(IpAddress.parse("::"))).isFalse();
    assertThat(Prefix.ALL_IPV6.contains(IpAddress.parse("0.0.0.0"))).isFalse();
    assertThat(Prefix.ALL_IPV6.contains(IpAddress.parse("::ffff:10.0.0.1")))
        .as("a mapped address is an IPv4 address")
        .isFalse();
  }

  @Test
  void isSingleAddress_atFullLengthAlone() {
    assertThat(Prefix.parse("10.2.0.7/32").isSingleAddress()).isTrue();
    assertThat(Prefix.parse("10.2.0.6/31").isSingleAddress()).isFalse();
    assertThat(Prefix.parse("::7/128").isSingleAddress()).isTrue();
    assertThat(Prefix.parse("::/32").isSingleAddress()).isFalse();
  }
}
