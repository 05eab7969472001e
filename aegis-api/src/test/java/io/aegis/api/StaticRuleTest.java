package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.StaticRule.Direction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StaticRuleTest {
  private static final IpAddress INSIDE = IpAddress.parse("10.77.1.9");
  private static final IpAddress GATEWAY = IpAddress.parse("10.77.2.1");
  private static final StaticRule SSH =
      rule(StaticRule.TCP, new PortRange(1024, 65_535), PortRange.of(22), false);

  private static StaticRule rule(
      @Nullable Integer protocol, PortRange from, PortRange to, boolean established) {
    return new StaticRule(
        Direction.INGRESS,
        Prefix.parse("10.77.1.0/24"),
        Prefix.of(GATEWAY),
        protocol,
        from,
        to,
        established);
  }

  private static boolean matches(StaticRule rule, int fromPort, int toPort, int protocol) {
    return rule.matches(Direction.INGRESS, INSIDE, fromPort, GATEWAY, toPort, protocol, false);
  }

  @Test
  void matches_needsEverything() {
    assertThat(matches(SSH, 40_000, 22, StaticRule.TCP)).isTrue();
    assertThat(matches(SSH, 1024, 22, StaticRule.TCP)).isTrue();
    assertThat(matches(SSH, 1023, 22, StaticRule.TCP)).isFalse();
    assertThat(matches(SSH, 40_000, 23, StaticRule.TCP)).isFalse();
    assertThat(matches(SSH, 40_000, 22, StaticRule.UDP)).isFalse();
    IpAddress stranger = IpAddress.parse("10.77.3.9");
    assertThat(SSH.matches(Direction.INGRESS, stranger, 40_000, GATEWAY, 22, StaticRule.TCP, false))
        .isFalse();
    assertThat(SSH.matches(Direction.INGRESS, INSIDE, 40_000, stranger, 22, StaticRule.TCP, false))
        .isFalse();
    assertThat(SSH.matches(Direction.EGRESS, INSIDE, 40_000, GATEWAY, 22, StaticRule.TCP, false))
        .as("the other way")
        .isFalse();
  }

  @Test
  void established_matchesNoBareSyn() {
    StaticRule replies = rule(StaticRule.TCP, PortRange.of(7443), PortRange.ANY, true);
    assertThat(
            replies.matches(
                Direction.INGRESS, INSIDE, 7443, GATEWAY, 40_000, StaticRule.TCP, false))
        .isTrue();
    assertThat(
            replies.matches(Direction.INGRESS, INSIDE, 7443, GATEWAY, 40_000, StaticRule.TCP, true))
        .isFalse();
    assertThat(SSH.matches(Direction.INGRESS, INSIDE, 40_000, GATEWAY, 22, StaticRule.TCP, true))
        .as("a rule that is not established opens connections")
        .isTrue();
  }

  @Test
  void protocolNull_isEveryProtocol() {
    StaticRule all = rule(null, PortRange.ANY, PortRange.ANY, false);
    assertThat(all.protocol()).isEmpty();
    assertThat(matches(all, 0, 0, 0)).isTrue();
    assertThat(matches(all, 1, 2, StaticRule.UDP)).isTrue();
    assertThat(matches(all, 0, 0, 255)).isTrue();
    assertThat(SSH.protocol()).hasValue(6);
  }

  @Test
  void contradictions_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new StaticRule(
                Direction.INGRESS,
                Prefix.ALL_IPV4,
                Prefix.ALL_IPV6,
                null,
                PortRange.ANY,
                PortRange.ANY,
                false))
        .withMessageContaining("differ in family");
    for (int number : new int[] {-1, 256}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rule(number, PortRange.ANY, PortRange.ANY, false))
          .withMessageContaining("not " + number);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(47, PortRange.ANY, PortRange.of(22), false))
        .withMessageContaining("tcp or udp");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(null, PortRange.of(22), PortRange.ANY, false))
        .withMessageContaining("tcp or udp");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(StaticRule.UDP, PortRange.ANY, PortRange.ANY, true))
        .withMessageContaining("established");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(null, PortRange.ANY, PortRange.ANY, true))
        .withMessageContaining("established");
  }
}
