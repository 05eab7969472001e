package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.IpAddress.Family;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IpAddressTest {

  /** RFC 5952, sections 4 and 5, and corners of its rules. */
  private static final Map<String, String> CANONICAL =
      Map.ofEntries(
          Map.entry("2001:0db8::0001", "2001:db8::1"),
          Map.entry("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
          Map.entry("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
          Map.entry("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
          Map.entry("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
          Map.entry("2001:DB8::A", "2001:db8::a"),
          Map.entry("0:0:0:0:0:0:0:0", "::"),
          Map.entry("0:0:0:0:0:0:0:1", "::1"),
          Map.entry("1:0:0:0:0:0:0:0", "1::"),
          Map.entry("fe80:0:0:0:0:0:0:0", "fe80::"),
          Map.entry("1:0:1:0:1:0:1:0", "1:0:1:0:1:0:1:0"),
          Map.entry("0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"),
          Map.entry("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
          Map.entry("0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"),
          Map.entry(
              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
          Map.entry("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
          Map.entry("::192.0.2.33", "::c000:221"));

  @Test
  void parse_ipv4_readsDottedDecimal() {
    IpAddress address = IpAddress.parse("10.1.2.255");
    assertThat(address).isEqualTo(new IpAddress(Family.IPV4, 0, 0x0A01_02FFL));
    assertThat(address).hasToString("10.1.2.255");
    assertThat(IpAddress.parse("255.255.255.255").low()).isEqualTo(0xFFFF_FFFFL);
    assertThat(IpAddress.parse("0.0.0.0").low()).isZero();
  }

  @Test
  void toString_ofIpv6_isAsRfc5952Asks() {
    CANONICAL.forEach(
        (text, canonical) -> assertThat(IpAddress.parse(text)).as(text).hasToString(canonical));
  }

  @Test
  void mappedAddresses_areTheIpv4AddressTheyMean() {
    IpAddress v4 = IpAddress.parse("192.0.2.33");
    assertThat(IpAddress.parse("::ffff:192.0.2.33")).isEqualTo(v4);
    assertThat(IpAddress.parse("::ffff:c000:221")).isEqualTo(v4);
    assertThat(IpAddress.parse("0:0:0:0:0:FFFF:192.0.2.33")).isEqualTo(v4);
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xFF;
    mapped[12] = (byte) 192;
    mapped[14] = 2;
    mapped[15] = 33;
    assertThat(IpAddress.of(mapped)).isEqualTo(v4);
  }

  @Test
  void addressesThatOnlyLookMapped_stayIpv6() {
    for (String text : List.of("::fffe:192.0.2.33", "::1:ffff:c000:221", "1::ffff:c000:221")) {
      assertThat(IpAddress.parse(text).family()).as(text).isEqualTo(Family.IPV6);
    }
  }

  @Test
  void parse_anythingElse_isRefusedByItsText() {
    for (String text :
        List.of(
            "",
            " ",
            "1",
            "10",
            "10.1",
            "10.1.2",
            "10.1.2.3.4",
            "10.1.2.256",
            "10.1.2.-3",
            "10.1.2.+3",
            "10.1.2.3 ",
            " 10.1.2.3",
            "10.1.2.",
            ".1.2.3",
            "10..2.3",
            "10.1.2.03",
            "010.1.2.3",
            "00.1.2.3",
            "0x0a.1.2.3",
            "10.1.2.3/32",
            "10.1.2.a",
            "10.1.2.٣",
            "localhost",
            "example.org",
            "2130706433",
            ":",
            ":::",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "12345::",
            "g::",
            "fe80::1%eth0",
            "fe80::1%1",
            "[::1]",
            "::1/128",
            "::ffff:10.1.2.256",
            "::ffff:10.1.2",
            "1:2:3:4:5:6:7::8:9",
            "::1 ",
            " ::1")) {
      assertThatIllegalArgumentException()
          .as("'%s'", text)
          .isThrownBy(() -> IpAddress.parse(text))
          .withMessageContaining("'" + text + "'");
    }
  }

  @Test
  void constructor_refusesWhatIsNoAddressOfItsFamily() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IpAddress(Family.IPV4, 1, 0))
        .withMessageContaining("32 bits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IpAddress(Family.IPV4, 0, 1L << 32))
        .withMessageContaining("32 bits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IpAddress(Family.IPV6, 0, 0xFFFF_0A01_0203L))
        .withMessageContaining("IPv4");
  }

  @Test
  void of_bytesOfAnotherLength_isRefused() {
    for (int length : new int[] {0, 3, 5, 8, 15, 17}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> IpAddress.of(new byte[length]))
          .withMessageContaining("not " + length);
    }
  }

  @Test
  void of_doesNotKeepTheArray_andBytesAreFresh() {
    byte[] bytes = {10, 1, 2, 3};
    IpAddress address = IpAddress.of(bytes);
    bytes[0] = 11;
    assertThat(address).hasToString("10.1.2.3");
    address.bytes()[0] = 11;
    assertThat(address.bytes()).containsExactly(10, 1, 2, 3);
  }

  @Test
  void inetAddress_losesItsZoneAndNothingElse() throws UnknownHostException {
    InetAddress scoped = InetAddress.getByName("fe80::1%1");
    assertThat(IpAddress.of(scoped)).isEqualTo(IpAddress.parse("fe80::1"));
    assertThat(IpAddress.parse("10.1.2.3").toInetAddress())
        .isEqualTo(InetAddress.getByName("10.1.2.3"));
  }

  @Test
  void compareTo_ordersFamiliesFirstAndThenAsNumbersWithoutSign() {
    assertThat(
            List.of(
                IpAddress.parse("0.0.0.0"),
                IpAddress.parse("127.255.255.255"),
                IpAddress.parse("128.0.0.0"),
                IpAddress.parse("255.255.255.255"),
                IpAddress.parse("::"),
                IpAddress.parse("::8000:0:0:0"),
                IpAddress.parse("7fff::"),
                IpAddress.parse("8000::"),
                IpAddress.parse("ffff::ffff")))
        .isSorted();
  }
}
