package io.aegis.server.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.explain.Flow.Payload;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Frames from words, as the reference enforcer reads them. */
final class FlowTest {
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

  private static Flow flow(String from, String to, Payload payload) {
    return new Flow(IpAddress.parse(from), IpAddress.parse(to), payload);
  }

  private static Reason reason(Flow flow, Target target, StaticRule... rules) {
    var settings =
        new EnforcerSettings(
            "flow",
            List.of(InterfaceSettings.enforcing("sim0")),
            List.of(rules),
            10,
            InstantSource.fixed(NOW),
            Map.of());
    try (var enforcer = new InMemoryEnforcerProvider().open(settings)) {
      Grant grant = Grant.until(new GrantId(1), flow.from(), target, NOW.plusSeconds(60));
      enforcer.apply(GrantUpdate.adding(grant));
      return enforcer.explain("sim0", flow.frame()).reason();
    }
  }

  @Test
  void flow_ofEachKind_isWhatItSays() {
    for (String[] ends :
        List.of(new String[] {"10.1.1.5", "10.2.0.7"}, new String[] {"fd00::5", "fd00:1::7"})) {
      IpAddress to = IpAddress.parse(ends[1]);
      assertThat(
              reason(
                  flow(ends[0], ends[1], new Payload.Tcp(1, 443, false)),
                  Target.of(to, Protocol.TCP, 443)))
          .isEqualTo(Reason.GRANT);
      assertThat(
              reason(
                  flow(ends[0], ends[1], new Payload.Udp(1, 443)),
                  Target.of(to, Protocol.UDP, 443)))
          .isEqualTo(Reason.GRANT);
      assertThat(
              reason(
                  flow(ends[0], ends[1], new Payload.Udp(1, 443)),
                  Target.of(to, Protocol.TCP, 443)))
          .isEqualTo(Reason.NO_GRANT);
      assertThat(
              reason(
                  flow(ends[0], ends[1], new Payload.Echo()),
                  new Target(Prefix.of(to), Protocol.ICMP_ECHO, PortRange.ANY)))
          .isEqualTo(Reason.GRANT);
    }
  }

  @Test
  void segment_ofAConnection_isEstablishedAndTheFirstIsNot() {
    var rule =
        new StaticRule(
            StaticRule.Direction.INGRESS,
            Prefix.parse("10.1.1.5/32"),
            Prefix.parse("10.2.0.7/32"),
            StaticRule.TCP,
            PortRange.of(7),
            PortRange.ANY,
            true);
    Target other = Target.of(IpAddress.parse("10.9.9.9"), Protocol.TCP, 1);
    assertThat(reason(flow("10.1.1.5", "10.2.0.7", new Payload.Tcp(7, 8, true)), other, rule))
        .isEqualTo(Reason.STATIC);
    assertThat(reason(flow("10.1.1.5", "10.2.0.7", new Payload.Tcp(7, 8, false)), other, rule))
        .isEqualTo(Reason.NO_GRANT);
    assertThat(reason(flow("10.1.1.5", "10.2.0.7", new Payload.Tcp(9, 8, true)), other, rule))
        .isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void protocol_byNumber_isThatProtocol() {
    var rule =
        new StaticRule(
            StaticRule.Direction.INGRESS,
            Prefix.parse("fd00::/64"),
            Prefix.parse("fd00::/64"),
            50,
            PortRange.ANY,
            PortRange.ANY,
            false);
    Target other = Target.of(IpAddress.parse("fd00::9"), Protocol.TCP, 1);
    assertThat(reason(flow("fd00::1", "fd00::2", new Payload.Other(50)), other, rule))
        .isEqualTo(Reason.STATIC);
    assertThat(reason(flow("fd00::1", "fd00::2", new Payload.Other(47)), other, rule))
        .isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void flow_betweenFamilies_isRefused() {
    assertThatThrownBy(() -> flow("10.0.0.1", "::1", new Payload.Echo()))
        .hasMessageContaining("not of one family");
  }

  @Test
  void words_ofAFrame_areItsEnds() {
    byte[] tcp = flow("10.1.1.5", "10.2.0.7", new Payload.Tcp(1, 443, false)).frame();
    assertThat(FrameWords.of(tcp)).isEqualTo("tcp 10.1.1.5:1 -> 10.2.0.7:443");
    assertThat(FrameWords.of(flow("fd00::1", "fd00::2", new Payload.Udp(5, 53)).frame()))
        .isEqualTo("udp [fd00::1]:5 -> [fd00::2]:53");
    assertThat(FrameWords.of(flow("fd00::1", "fd00::2", new Payload.Echo()).frame()))
        .isEqualTo("icmpv6 fd00::1 -> fd00::2");
    for (int length = 0; length < 38; length++) {
      assertThat(FrameWords.of(Arrays.copyOf(tcp, length))).isEqualTo("cut after %d bytes", length);
    }
  }
}
