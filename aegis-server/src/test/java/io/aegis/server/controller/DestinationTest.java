package io.aegis.server.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a hostname is read. */
final class DestinationTest {
  private static final Map<String, List<String>> NAMES =
      Map.of(
          "web.example",
          List.of("fd77::2", "10.77.0.9", "10.77.0.2", "fd77::1", "10.77.0.2"),
          "wild.example",
          List.of("0.0.0.0"));

  private static List<IpAddress> lookUp(String name) throws UnknownHostException {
    List<String> known = NAMES.get(name);
    if (known == null) {
      throw new UnknownHostException(name);
    }
    return known.stream().map(IpAddress::parse).toList();
  }

  private static List<Target> targets(String hostname, Protocol protocol) {
    return Destination.parse(hostname, protocol).targets(protocol, DestinationTest::lookUp);
  }

  @Test
  void targets_ofAnAddress_areThatAddress() {
    assertThat(targets(" 10.77.0.1:8080 ", Protocol.UDP))
        .containsExactly(Target.of(IpAddress.parse("10.77.0.1"), Protocol.UDP, 8080));
    assertThat(targets("[fd77::1]:443", Protocol.TCP))
        .containsExactly(Target.of(IpAddress.parse("fd77::1"), Protocol.TCP, 443));
    assertThat(targets("[::ffff:10.77.0.1]:443", Protocol.TCP))
        .containsExactly(Target.of(IpAddress.parse("10.77.0.1"), Protocol.TCP, 443));
  }

  @Test
  void targets_ofAPrefixOrARange_areThat() {
    assertThat(targets("10.77.0.0/24:8000-8080", Protocol.TCP))
        .extracting(Target::toString)
        .containsExactly("tcp 10.77.0.0/24 port 8000-8080");
    assertThat(targets("[fd77::/64]:any", Protocol.UDP))
        .extracting(Target::toString)
        .containsExactly("udp fd77::/64 port any");
    assertThat(targets("0.0.0.0/0:22", Protocol.TCP))
        .extracting(Target::toString)
        .containsExactly("tcp 0.0.0.0/0 port 22");
    assertThat(targets("web.example:80-81", Protocol.TCP))
        .extracting(Target::toString)
        .contains("tcp 10.77.0.2/32 port 80-81", "tcp fd77::2/128 port 80-81");
    assertThat(targets("10.77.0.0/24", Protocol.ICMP_ECHO))
        .extracting(Target::toString)
        .containsExactly("icmp-echo 10.77.0.0/24");
  }

  @Test
  void targets_ofAName_areAllItsAddressesOnceIpv4First() {
    assertThat(targets("web.example:80", Protocol.TCP))
        .extracting(each -> each.prefix().address().toString())
        .containsExactly("10.77.0.2", "10.77.0.9", "fd77::1", "fd77::2");
  }

  @Test
  void targets_ofAProtocolWithoutPorts_haveNone() {
    assertThat(targets("fd77::1", Protocol.ICMP_ECHO))
        .singleElement()
        .satisfies(each -> assertThat(each.ports().isAny()).isTrue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "web.example",
        ":80",
        "web.example:",
        "web.example:0",
        "web.example:65536",
        "web.example:99999999",
        "web.example:-1",
        "web.example:80:80",
        "10.77.0.1",
        "10.77.0:80",
        "10.77.0.256:80",
        "010.77.0.1:80",
        "2130706433:80",
        "fd77::1:80",
        "[fd77::1]",
        "[fd77::1%eth0]:80",
        "[10.77.0.1:80",
        "0.0.0.0:80",
        "[::]:80",
        "224.0.0.1:80",
        "[ff02::1]:80",
        "we b.example:80",
        "-web.example:80",
        "web..example:80",
        "http://web.example:80",
        "web.example/path:80",
        "unknown.example:80",
        "wild.example:80",
        "10.77.0.1/24:80",
        "10.77.0.0/33:80",
        "10.77.0.0/:80",
        "224.0.0.0/4:80",
        "[ff02::/16]:80",
        "[fd77::1/64]:80",
        "10.77.0.0/24:81-80",
        "10.77.0.0/24:80-",
        "10.77.0.0/24:0",
        "10.77.0.0/24:all",
        "web.example/24:80",
      })
  void targets_ofAnythingElse_areRefused(String hostname) {
    assertThatThrownBy(() -> targets(hostname, Protocol.TCP))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank();
  }
}
