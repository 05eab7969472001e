package io.aegis.enforcer.xdp.internal;

import static io.aegis.api.Reason.GRANT;
import static io.aegis.api.Reason.NO_GRANT;
import static io.aegis.enforcer.xdp.internal.Examples.FROM;
import static io.aegis.enforcer.xdp.internal.Examples.WEB;
import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static io.aegis.enforcer.xdp.internal.Frames.UDP;
import static io.aegis.enforcer.xdp.internal.Frames.concat;
import static io.aegis.enforcer.xdp.internal.Frames.ethernet;
import static io.aegis.enforcer.xdp.internal.Frames.extension;
import static io.aegis.enforcer.xdp.internal.Frames.fragmentHeader;
import static io.aegis.enforcer.xdp.internal.Frames.icmp;
import static io.aegis.enforcer.xdp.internal.Frames.ipv4;
import static io.aegis.enforcer.xdp.internal.Frames.ipv4Frame;
import static io.aegis.enforcer.xdp.internal.Frames.ipv6;
import static io.aegis.enforcer.xdp.internal.Frames.ipv6Frame;
import static io.aegis.enforcer.xdp.internal.Frames.tcp;
import static io.aegis.enforcer.xdp.internal.Frames.toAllNodes;
import static io.aegis.enforcer.xdp.internal.Frames.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Reason;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows 1 to 8 of the verdict table: what the headers of a frame decide alone. */
@Tag("kernel")
@TestInstance(Lifecycle.PER_CLASS)
class HeaderVerdictIT {

  private static final byte[] WEB_SYN = Examples.webSyn();
  private static final byte[] WEB6_SYN = Examples.web6Syn();

  private final int openBefore = OwnedFd.openCount();
  private Programs bare;
  private Programs granting;
  private Programs auditing;

  // Loaded once: most of the time of such a test would be the verifier's.
  @BeforeAll
  void load() throws Exception {
    bare = new Programs(1);
    granting = new Programs(2);
    Instant later = granting.clock.now().plusSeconds(600);
    var both = GrantUpdate.adding(Examples.web(1, later), Examples.web6(2, later));
    assertThat(granting.grants.apply(both).failures()).isEmpty();
    auditing = new Programs(1);
    auditing.configure(
        new InterfaceSettings(Programs.INTERFACE, EnforcementMode.AUDIT, false, Set.of()),
        List.of());
  }

  @AfterAll
  void unload() {
    bare.close();
    granting.close();
    auditing.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  /**
   * Sentences that need no grants, and hold with the grants and rules for the frame in force too.
   */
  static Stream<Arguments> byHeadersAlone() {
    return Stream.of(link(), ipv4Headers(), fragments(), ipv6Headers(), control())
        .flatMap(rows -> rows);
  }

  private static Stream<Arguments> link() {
    byte[] syn = tcp(FROM, WEB, SYN);
    return Stream.of(
        row("cut Ethernet payload", Arrays.copyOf(WEB_SYN, 14), Reason.MALFORMED),
        row("TCP options beyond the datagram", with(WEB_SYN, 46, 0x60), Reason.MALFORMED),
        row("two tags", ethernet(0x0800, ipv4(TCP, syn), 0x88A8, 0x8100), null),
        row(
            "three tags",
            ethernet(0x0800, ipv4(TCP, syn), 0x88A8, 0x8100, 0x8100),
            Reason.VLAN_DEPTH),
        row(
            "four tags",
            ethernet(0x0800, ipv4(TCP, syn), 0x8100, 0x8100, 0x88A8, 0x8100),
            Reason.VLAN_DEPTH),
        row("a second tag that is cut", ethernet(0x8100, new byte[3], 0x8100), Reason.MALFORMED),
        row("ARP", ethernet(0x0806, new byte[28]), Reason.ARP),
        row("ARP behind a tag", ethernet(0x0806, new byte[46], 0x8100), Reason.ARP),
        row("cut ARP", ethernet(0x0806, new byte[27]), Reason.MALFORMED),
        row("EtherType LLDP", ethernet(0x88CC, new byte[46]), Reason.ETHERTYPE),
        row("EtherType 0x9100", ethernet(0x9100, new byte[46]), Reason.ETHERTYPE),
        row("802.3 length", ethernet(0x0026, new byte[46]), Reason.ETHERTYPE));
  }

  private static Stream<Arguments> ipv4Headers() {
    byte[] syn = tcp(FROM, WEB, SYN);
    return Stream.of(
        row("version 5 in an IPv4 frame", with(WEB_SYN, 14, 0x55), Reason.MALFORMED),
        row("header length of 4 words", with(WEB_SYN, 14, 0x44), Reason.MALFORMED),
        row("total length beyond the frame", with(WEB_SYN, 17, 200), Reason.MALFORMED),
        row("total length below the header", with(WEB_SYN, 17, 19), Reason.MALFORMED),
        row("TCP data offset of 4 words", with(WEB_SYN, 46, 0x40), Reason.MALFORMED),
        row("UDP header cut", ipv4Frame(ipv4(UDP, new byte[7])), Reason.MALFORMED),
        row("ICMP header cut", ipv4Frame(ipv4(1, new byte[7])), Reason.MALFORMED),
        row(
            "cut header behind options",
            ipv4Frame(ipv4(TCP, 0, 1, new byte[19])),
            Reason.MALFORMED),
        row("one option word", ipv4Frame(ipv4(TCP, 0, 1, syn)), Reason.IP_OPTIONS),
        row("ten option words", ipv4Frame(ipv4(TCP, 0, 10, syn)), Reason.IP_OPTIONS),
        row("reserved flag alone", ipv4Frame(ipv4(TCP, 0x8000, 0, syn)), null),
        row("padding is not read", concat(WEB_SYN, new byte[20]), null));
  }

  private static Stream<Arguments> fragments() {
    byte[] syn = tcp(FROM, WEB, SYN);
    return Stream.of(
        row("options and a fragment", ipv4Frame(ipv4(TCP, 0x2000, 1, syn)), Reason.IP_OPTIONS),
        row("first fragment", ipv4Frame(ipv4(TCP, 0x2000, 0, syn)), Reason.FRAGMENT),
        row("tiny first fragment", ipv4Frame(ipv4(TCP, 0x2000, 0, new byte[8])), Reason.MALFORMED),
        row("middle fragment", ipv4Frame(ipv4(TCP, 0x2001, 0, syn)), Reason.FRAGMENT),
        row("last fragment", ipv4Frame(ipv4(TCP, 0x0001, 0, new byte[1])), Reason.FRAGMENT),
        row(
            "IPv6 first fragment",
            ipv6Frame(ipv6(44, 64, concat(fragmentHeader(TCP, 1), syn))),
            Reason.FRAGMENT),
        row(
            "IPv6 tiny first fragment",
            ipv6Frame(ipv6(44, 64, concat(fragmentHeader(TCP, 1), new byte[8]))),
            Reason.MALFORMED),
        row(
            "IPv6 last fragment",
            ipv6Frame(ipv6(44, 64, concat(fragmentHeader(TCP, 8), new byte[1]))),
            Reason.FRAGMENT),
        row(
            "IPv6 atomic fragment",
            ipv6Frame(ipv6(44, 64, concat(fragmentHeader(TCP, 6), syn))),
            null),
        row(
            "fragment, then routing",
            ipv6Frame(ipv6(44, 64, concat(fragmentHeader(43, 1), extension(TCP, 1), syn))),
            Reason.FRAGMENT),
        row(
            "routing, then fragment",
            ipv6Frame(ipv6(43, 64, concat(extension(44, 1), fragmentHeader(TCP, 1), syn))),
            Reason.EXTENSION_HEADER));
  }

  private static Stream<Arguments> ipv6Headers() {
    byte[] syn = tcp(FROM, WEB, SYN);
    return Stream.of(
        row("version 4 in an IPv6 frame", with(WEB6_SYN, 14, 0x40), Reason.MALFORMED),
        row("payload length beyond the frame", with(WEB6_SYN, 19, 200), Reason.MALFORMED),
        row("payload length cuts the header", with(WEB6_SYN, 19, 19), Reason.MALFORMED),
        row(
            "routing header that is cut",
            ipv6Frame(ipv6(43, 64, new byte[1])),
            Reason.EXTENSION_HEADER),
        row("authentication", ipv6Frame(ipv6(51, 64, syn)), Reason.EXTENSION_HEADER),
        row("mobility", ipv6Frame(ipv6(135, 64, syn)), Reason.EXTENSION_HEADER),
        row(
            "hop-by-hop and destination options",
            ipv6Frame(ipv6(0, 64, concat(extension(60, 1), extension(TCP, 2), syn))),
            null),
        row(
            "hop-by-hop in second place",
            ipv6Frame(ipv6(60, 64, concat(extension(0, 1), extension(TCP, 1), syn))),
            Reason.EXTENSION_HEADER),
        row("four headers", ipv6Frame(ipv6(60, 64, chain(4, 1))), null),
        row("five headers", ipv6Frame(ipv6(60, 64, chain(5, 1))), Reason.EXTENSION_HEADER),
        row("128 bytes of headers", ipv6Frame(ipv6(60, 64, chain(2, 8))), null),
        row("136 bytes of headers", ipv6Frame(ipv6(60, 64, chain(1, 17))), Reason.EXTENSION_HEADER),
        row("a header that is cut", ipv6Frame(ipv6(60, 64, new byte[7])), Reason.MALFORMED),
        row(
            "a header longer than the packet",
            ipv6Frame(ipv6(60, 64, with(chain(1, 1), 1, 200))),
            Reason.MALFORMED));
  }

  private static Stream<Arguments> control() {
    return Stream.of(
        row("neighbour solicitation", toAllNodes(255, 135), Reason.NEIGHBOUR),
        row("neighbour advertisement", toAllNodes(255, 136), Reason.NEIGHBOUR),
        row("router solicitation", toAllNodes(255, 133), Reason.NEIGHBOUR),
        row(
            "MLD report behind hop-by-hop",
            ipv6Frame(
                ipv6(
                    0,
                    1,
                    Frames.address(2),
                    Frames.allNodes(),
                    concat(extension(58, 1), icmp(143, 0)))),
            Reason.NEIGHBOUR),
        row("MLD query", toAllNodes(1, 130), Reason.NEIGHBOUR),
        row("discovery of a routed host", ipv6Frame(ipv6(58, 255, icmp(135, 0))), NO_GRANT));
  }

  private static byte[] chain(int headers, int units) {
    byte[] chain = {};
    for (int i = 0; i < headers; i++) {
      chain = concat(chain, extension(i == headers - 1 ? TCP : 60, units));
    }
    return concat(chain, tcp(FROM, WEB, SYN));
  }

  /** {@code expected} null: the headers leave the decision to grants and rules. */
  private static Arguments row(String sentence, byte[] frame, @Nullable Reason expected) {
    return Arguments.of(sentence, frame, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("byHeadersAlone")
  void verdict_ofHeaders_isThatOfTheTable(String sentence, byte[] frame, @Nullable Reason expected)
      throws Exception {
    assertThat(bare.verdict(frame).reason()).isEqualTo(expected == null ? NO_GRANT : expected);
    assertThat(granting.verdict(frame).reason()).isEqualTo(expected == null ? GRANT : expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("byHeadersAlone")
  void verdict_onAuditingInterface_admitsAllButMalformed(
      String sentence, byte[] frame, @Nullable Reason expected) throws Exception {
    Verdict verdict = auditing.verdict(frame);

    Reason reason = expected == null ? NO_GRANT : expected;
    boolean always = reason == Reason.MALFORMED || reason == Reason.VLAN_DEPTH;
    assertThat(verdict).isEqualTo(new Verdict(!always, reason, null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("byHeadersAlone")
  void verdict_ofEveryPrefix_isADropAndNeverAborts(
      String sentence, byte[] frame, @Nullable Reason expected) throws Exception {
    for (int length = 14; length < frame.length; length++) {
      // Programs.verdict fails on anything but drop and pass.
      Verdict verdict = granting.verdict(Arrays.copyOf(frame, length));
      boolean isArpInFull = verdict.reason() == Reason.ARP;
      boolean isPaddingCut = sentence.startsWith("padding") && length >= WEB_SYN.length;
      assertThat(verdict.admitted()).as("%d bytes", length).isEqualTo(isArpInFull || isPaddingCut);
    }
  }

  @Test
  void routerAdvertisement_isAdmittedOnlyWhereConfigured() throws Exception {
    byte[] advertisement = toAllNodes(255, 134);
    assertThat(bare.verdict(advertisement).reason()).isEqualTo(NO_GRANT);

    bare.configure(
        new InterfaceSettings(Programs.INTERFACE, EnforcementMode.ENFORCE, true, Set.of()),
        List.of());

    assertThat(bare.verdict(advertisement).reason()).isEqualTo(Reason.NEIGHBOUR);
    assertThat(bare.verdict(toAllNodes(254, 134)).reason()).isEqualTo(NO_GRANT);
  }

  @Test
  void neighbourDiscovery_thatWasForwarded_isNotNeighbour() throws Exception {
    for (int type : new int[] {133, 134, 135, 136}) {
      assertThat(bare.verdict(toAllNodes(254, type)).reason()).isEqualTo(NO_GRANT);
    }
    assertThat(bare.verdict(toAllNodes(255, 137)).reason()).isEqualTo(NO_GRANT);
    assertThat(bare.verdict(toAllNodes(64, 130)).reason()).isEqualTo(NO_GRANT);
  }

  @Test
  void linkControl_isAdmittedByItsEtherTypeAlone() throws Exception {
    bare.configure(
        new InterfaceSettings(
            Programs.INTERFACE,
            EnforcementMode.ENFORCE,
            false,
            Set.of(LinkControl.LLDP, LinkControl.LACP)),
        List.of());

    assertThat(bare.verdict(ethernet(0x88CC, new byte[46])).reason())
        .isEqualTo(Reason.LINK_CONTROL);
    assertThat(bare.verdict(ethernet(0x8809, new byte[46], 0x8100)).reason())
        .isEqualTo(Reason.LINK_CONTROL);
    assertThat(bare.verdict(ethernet(0x888E, new byte[46])).reason()).isEqualTo(Reason.ETHERTYPE);
  }
}
