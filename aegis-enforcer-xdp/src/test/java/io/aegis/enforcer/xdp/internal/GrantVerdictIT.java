package io.aegis.enforcer.xdp.internal;

import static io.aegis.enforcer.xdp.internal.Examples.CLIENT;
import static io.aegis.enforcer.xdp.internal.Examples.CLIENT6;
import static io.aegis.enforcer.xdp.internal.Examples.FROM;
import static io.aegis.enforcer.xdp.internal.Examples.SERVICE;
import static io.aegis.enforcer.xdp.internal.Examples.SERVICE6;
import static io.aegis.enforcer.xdp.internal.Examples.WEB;
import static io.aegis.enforcer.xdp.internal.Frames.ACK;
import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static io.aegis.enforcer.xdp.internal.Frames.UDP;
import static io.aegis.enforcer.xdp.internal.Frames.address;
import static io.aegis.enforcer.xdp.internal.Frames.icmp;
import static io.aegis.enforcer.xdp.internal.Frames.ipv4;
import static io.aegis.enforcer.xdp.internal.Frames.ipv4Frame;
import static io.aegis.enforcer.xdp.internal.Frames.ipv6;
import static io.aegis.enforcer.xdp.internal.Frames.ipv6Frame;
import static io.aegis.enforcer.xdp.internal.Frames.tcp;
import static io.aegis.enforcer.xdp.internal.Frames.udp;
import static io.aegis.enforcer.xdp.internal.Frames.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows 6 and 10 to 13 of the verdict table: what grants and rules decide. */
@Tag("kernel")
class GrantVerdictIT {

  private static final byte[] WEB_SYN = Examples.webSyn();
  private static final byte[] WEB6_SYN = Examples.web6Syn();

  private int openBefore;
  private Programs programs;

  @BeforeEach
  void load() throws Exception {
    openBefore = OwnedFd.openCount();
    programs = new Programs(64);
  }

  @AfterEach
  void unload() {
    programs.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  private void grant(Grant... grants) throws Exception {
    assertThat(programs.grants.apply(GrantUpdate.adding(grants)).failures()).isEmpty();
  }

  private Instant later() {
    return programs.clock.now().plusSeconds(60);
  }

  private Grant web(long id) {
    return Examples.web(id, later());
  }

  private Grant web6(long id) {
    return Examples.web6(id, later());
  }

  private void rules(StaticRule... rules) throws Exception {
    programs.configure(InterfaceSettings.enforcing(Programs.INTERFACE), List.of(rules));
  }

  private static StaticRule rule(
      Prefix source, Prefix to, @Nullable Integer protocol, PortRange ports) {
    return new StaticRule(Direction.INGRESS, source, to, protocol, PortRange.ANY, ports, false);
  }

  private Reason reason(byte[] frame) throws Exception {
    return programs.verdict(frame).reason();
  }

  @Test
  void grant_admitsItsTupleAndNothingElse() throws Exception {
    grant(web(7), web6(8));

    assertThat(programs.verdict(WEB_SYN))
        .isEqualTo(new Verdict(true, Reason.GRANT, new GrantId(7)));
    assertThat(programs.verdict(WEB6_SYN))
        .isEqualTo(new Verdict(true, Reason.GRANT, new GrantId(8)));
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(1, WEB, ACK))))).isEqualTo(Reason.GRANT);
    assertThat(reason(ipv4Frame(ipv4(UDP, udp(FROM, WEB))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(WEB, FROM, SYN))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, WEB + 1, SYN))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(with(WEB_SYN, 29, 3))).isEqualTo(Reason.NO_GRANT); // another client
    assertThat(reason(with(WEB_SYN, 33, 2))).isEqualTo(Reason.NO_GRANT); // another service
    assertThat(reason(with(WEB6_SYN, 37, 3))).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void noPort_isSpecial() throws Exception {
    grant(web(1));
    for (int port = 0; port < 65_536; port += 1 + port / 64) {
      if (port != WEB) {
        assertThat(reason(ipv4Frame(ipv4(TCP, tcp(port, port, ACK))))).isEqualTo(Reason.NO_GRANT);
        assertThat(reason(ipv4Frame(ipv4(UDP, udp(port, port))))).isEqualTo(Reason.NO_GRANT);
      }
    }
  }

  @Test
  void noProtocol_isSpecial() throws Exception {
    grant(web(1), web6(2));
    byte[] payload = new byte[40];
    for (int protocol = 0; protocol < 256; protocol++) {
      if (protocol != TCP) {
        assertThat(reason(ipv4Frame(ipv4(protocol, payload)))).isEqualTo(Reason.NO_GRANT);
      }
    }
    assertThat(reason(ipv6Frame(ipv6(4, 64, payload)))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv6Frame(ipv6(41, 64, payload)))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv6Frame(ipv6(50, 64, payload)))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv6Frame(ipv6(59, 64, payload)))).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void echoGrant_admitsEchoRequestsAlone() throws Exception {
    var ping = new Target(Prefix.of(SERVICE), Protocol.ICMP_ECHO, PortRange.ANY);
    var ping6 = new Target(Prefix.of(SERVICE6), Protocol.ICMP_ECHO, PortRange.ANY);
    grant(
        Grant.until(new GrantId(1), CLIENT, ping, later()),
        Grant.until(new GrantId(2), CLIENT6, ping6, later()));

    assertThat(reason(ipv4Frame(ipv4(1, icmp(8, 0))))).isEqualTo(Reason.GRANT);
    assertThat(reason(ipv4Frame(ipv4(1, icmp(0, 0))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(1, icmp(5, 0))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(1, 0x2000, 0, icmp(8, 0))))).isEqualTo(Reason.FRAGMENT);
    assertThat(reason(ipv6Frame(ipv6(58, 64, icmp(128, 0))))).isEqualTo(Reason.GRANT);
    assertThat(reason(ipv6Frame(ipv6(58, 64, icmp(129, 0))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv6Frame(ipv6(1, 64, icmp(8, 0))))).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void mappedAddress_matchesNoGrantAndNoRule() throws Exception {
    byte[] mapped = CLIENT6.bytes();
    Arrays.fill(mapped, (byte) 0);
    mapped[10] = mapped[11] = (byte) 0xff;
    System.arraycopy(CLIENT.bytes(), 0, mapped, 12, 4);
    byte[] service = mapped.clone();
    System.arraycopy(SERVICE.bytes(), 0, service, 12, 4);
    grant(web(1));
    rules(rule(Prefix.ALL_IPV6, Prefix.ALL_IPV6, null, PortRange.ANY));

    byte[] syn = tcp(FROM, WEB, SYN);
    assertThat(reason(ipv6Frame(ipv6(TCP, 64, mapped, service, syn)))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv6Frame(ipv6(TCP, 64, mapped, address(1), syn))))
        .isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv6Frame(ipv6(TCP, 64, address(2), address(1), syn))))
        .isEqualTo(Reason.STATIC);
  }

  @Test
  void rule_namesPrefixesProtocolAndPorts() throws Exception {
    rules(
        new StaticRule(
            Direction.INGRESS,
            Prefix.parse("10.77.0.0/29"),
            Prefix.parse("10.77.8.0/23"),
            TCP,
            new PortRange(1000, 50_000),
            new PortRange(440, 450),
            false));

    assertThat(reason(WEB_SYN)).isEqualTo(Reason.STATIC);
    assertThat(reason(with(WEB_SYN, 29, 7))).isEqualTo(Reason.STATIC);
    assertThat(reason(with(WEB_SYN, 29, 8))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(with(WEB_SYN, 32, 10))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(999, WEB, SYN))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(50_001, WEB, SYN))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, 450, SYN))))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, 451, SYN))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, 439, SYN))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(UDP, udp(FROM, WEB))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, 0x2000, 0, tcp(FROM, WEB, SYN)))))
        .isEqualTo(Reason.FRAGMENT);
    assertThat(reason(WEB6_SYN)).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void rule_withIpv6Prefix_comparesBothHalves() throws Exception {
    rules(rule(Prefix.parse("fd77::/126"), Prefix.parse("fd77::/40"), 6, PortRange.of(WEB)));

    assertThat(reason(WEB6_SYN)).isEqualTo(Reason.STATIC);
    assertThat(reason(with(WEB6_SYN, 37, 4))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(with(WEB6_SYN, 22, 0xfe))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(WEB_SYN)).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void rule_established_admitsNoBareSyn() throws Exception {
    rules(
        new StaticRule(
            Direction.INGRESS,
            Prefix.ALL_IPV4,
            Prefix.ALL_IPV4,
            TCP,
            PortRange.ANY,
            PortRange.ANY,
            true));

    assertThat(reason(WEB_SYN)).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, WEB, SYN | 1))))).isEqualTo(Reason.NO_GRANT);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, WEB, SYN | ACK))))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, WEB, ACK))))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(TCP, 0x0001, 0, tcp(FROM, WEB, ACK)))))
        .isEqualTo(Reason.FRAGMENT);
  }

  @Test
  void rule_withAnyPort_admitsFragmentsOfItsProtocol() throws Exception {
    rules(rule(Prefix.ALL_IPV4, Prefix.of(SERVICE), UDP, PortRange.ANY));

    assertThat(reason(ipv4Frame(ipv4(UDP, 0x2000, 0, udp(1, 2))))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(UDP, 0x0010, 0, new byte[1])))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(TCP, 0x0010, 0, new byte[1])))).isEqualTo(Reason.FRAGMENT);
  }

  @Test
  void rule_byProtocolNumber_admitsTunnels() throws Exception {
    rules(rule(Prefix.ALL_IPV4, Prefix.of(SERVICE), 47, PortRange.ANY));

    assertThat(reason(ipv4Frame(ipv4(47, new byte[8])))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(41, new byte[8])))).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void rules_asManyAsFit_areAllLookedAt() throws Exception {
    StaticRule[] rules = new StaticRule[64];
    for (int i = 0; i < rules.length; i++) {
      rules[i] = rule(Prefix.ALL_IPV4, Prefix.ALL_IPV4, TCP, PortRange.of(1000 + i));
    }
    rules(rules);

    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, 1000, SYN))))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, 1063, SYN))))).isEqualTo(Reason.STATIC);
    assertThat(reason(ipv4Frame(ipv4(TCP, tcp(FROM, 1064, SYN))))).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void grant_pastEitherExpiry_isExpired() throws Exception {
    Instant past = programs.clock.now().minusSeconds(1);
    grant(Grant.until(new GrantId(1), CLIENT, web(1).target(), past), web6(2).withSoftExpiry(past));

    assertThat(programs.verdict(WEB_SYN))
        .isEqualTo(new Verdict(false, Reason.EXPIRED, new GrantId(1)));
    assertThat(programs.verdict(WEB6_SYN))
        .isEqualTo(new Verdict(false, Reason.EXPIRED, new GrantId(2)));
  }

  @Test
  void grant_inAuditMode_admitsNothing() throws Exception {
    grant(web(1).withMode(EnforcementMode.AUDIT));

    assertThat(programs.verdict(WEB_SYN))
        .isEqualTo(new Verdict(false, Reason.WOULD_ADMIT, new GrantId(1)));
  }

  @Test
  void grant_thatNeedsTheLease_admitsWhileItRuns() throws Exception {
    grant(web(1).withNeedsLease(true));
    assertThat(reason(WEB_SYN)).isEqualTo(Reason.LEASE);

    programs.state.leaseUntil(programs.clock.bootNanosAfter(Duration.ofSeconds(60)));
    assertThat(reason(WEB_SYN)).isEqualTo(Reason.GRANT);

    programs.state.leaseUntil(programs.clock.bootNanos());
    assertThat(reason(WEB_SYN)).isEqualTo(Reason.LEASE);
  }

  @Test
  void sharedTuple_anyLiveGrantAdmits_elseTheNearestGivesTheReason() throws Exception {
    Instant past = programs.clock.now().minusSeconds(1);
    grant(
        web(1).withSoftExpiry(past),
        web(2).withNeedsLease(true),
        web(3).withMode(EnforcementMode.AUDIT));
    assertThat(programs.verdict(WEB_SYN))
        .isEqualTo(new Verdict(false, Reason.WOULD_ADMIT, new GrantId(3)));

    grant(web(4));
    assertThat(programs.verdict(WEB_SYN))
        .isEqualTo(new Verdict(true, Reason.GRANT, new GrantId(4)));

    programs.grants.apply(GrantUpdate.removing(new GrantId(4), new GrantId(3)));
    assertThat(programs.verdict(WEB_SYN))
        .isEqualTo(new Verdict(false, Reason.LEASE, new GrantId(2)));
  }

  @Test
  void rule_admitsWhereAGrantDoesNot() throws Exception {
    grant(web(1).withMode(EnforcementMode.AUDIT));
    rules(rule(Prefix.ALL_IPV4, Prefix.ALL_IPV4, TCP, PortRange.of(WEB)));
    assertThat(programs.verdict(WEB_SYN)).isEqualTo(Verdict.of(Reason.STATIC));

    grant(web(2));
    assertThat(reason(WEB_SYN)).isEqualTo(Reason.GRANT);
  }

  @Test
  void activity_countsWhatTheGrantAdmitted_andTheTwinCountsNothing() throws Exception {
    grant(web(1));
    for (int i = 0; i < 5; i++) {
      programs.verdict(WEB_SYN); // asks the twin as well
    }

    Activity activity = Objects.requireNonNull(programs.reader.activity().get(new GrantId(1)));

    assertThat(activity.packets()).isEqualTo(5);
    assertThat(activity.bytes()).isEqualTo(5L * WEB_SYN.length);
    assertThat(activity.lastAdmittedAt())
        .isBetween(programs.clock.now().minusSeconds(5), programs.clock.now());
  }
}
