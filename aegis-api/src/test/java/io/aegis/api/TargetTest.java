package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class TargetTest {
  private static final IpAddress SERVICE = IpAddress.parse("10.77.2.7");

  @Test
  void of_isAnExactTarget() {
    Target target = Target.of(SERVICE, Protocol.TCP, 443);
    assertThat(target)
        .isEqualTo(new Target(Prefix.of(SERVICE), Protocol.TCP, PortRange.of(443)))
        .hasToString("tcp 10.77.2.7/32 port 443");
    assertThat(target.isExact()).isTrue();
  }

  @Test
  void isExact_isOneAddressAndOnePort() {
    Prefix block = Prefix.parse("10.77.2.0/24");
    assertThat(new Target(block, Protocol.TCP, PortRange.of(443)).isExact()).isFalse();
    assertThat(new Target(Prefix.of(SERVICE), Protocol.TCP, PortRange.ANY).isExact()).isFalse();
    assertThat(new Target(Prefix.of(SERVICE), Protocol.UDP, new PortRange(1, 2)).isExact())
        .isFalse();
    assertThat(new Target(Prefix.of(SERVICE), Protocol.ICMP_ECHO, PortRange.ANY).isExact())
        .as("a protocol without ports needs none")
        .isTrue();
    assertThat(new Target(block, Protocol.ICMP_ECHO, PortRange.ANY).isExact()).isFalse();
  }

  @Test
  void portsOfAProtocolWithoutPorts_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Target.of(SERVICE, Protocol.ICMP_ECHO, 8))
        .withMessage("icmp-echo has no ports: 8");
  }

  @Test
  void portOutOfRange_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Target.of(SERVICE, Protocol.TCP, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Target.of(SERVICE, Protocol.TCP, 65_536));
  }

  @Test
  void toString_ofAProtocolWithoutPorts_namesNone() {
    assertThat(new Target(Prefix.parse("fd77::/16"), Protocol.ICMP_ECHO, PortRange.ANY))
        .hasToString("icmp-echo fd77::/16");
    assertThat(new Target(Prefix.of(SERVICE), Protocol.UDP, PortRange.ANY))
        .hasToString("udp 10.77.2.7/32 port any");
  }
}
