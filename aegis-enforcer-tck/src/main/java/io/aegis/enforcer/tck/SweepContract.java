package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.tck.Observation.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whole ranges of frames, of which none or almost none may pass. */
public abstract class SweepContract extends EnforcerConcern {

  private static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");
  private static final IpAddress SITE_NODES = IpAddress.parse("ff05::1");
  private static final Set<Integer> EXTENSIONS = Set.of(0, 43, 44, 51, 60, 135, 139, 140);

  /** For subclasses. */
  protected SweepContract() {}

  @Test
  void everyPort_withoutGrants_isDropped() {
    for (int port = 0; port <= 65_535; port++) {
      assertDropped(base(false).udp(40_000, port), "udp " + port);
      assertDropped(base(false).tcpSyn(40_000, port), "tcp " + port);
    }
    assertThat(enforcer().counters().packets(Reason.NO_GRANT)).isEqualTo(2 * 65_536);
  }

  @Test
  void magicPorts_fromAndTo_withoutGrants_areDroppedInBothFamilies() {
    for (int port : new int[] {0, 1, 22, 53, 67, 68, 80, 123, 443, 546, 547, 853, 5353, 65_535}) {
      for (boolean v6 : new boolean[] {false, true}) {
        assertDropped(base(v6).udp(port, 40_000), "udp from " + port);
        assertDropped(base(v6).udp(port, port), "udp from and to " + port);
        assertDropped(base(v6).udp(40_000, port), "udp to " + port);
        assertDropped(base(v6).tcp(port, 40_000), "tcp from " + port);
        assertDropped(base(v6).tcpSyn(40_000, port), "tcp to " + port);
      }
    }
  }

  @Test
  void everyPort_withOneGrant_isDroppedButThatOne() {
    add(Sample.web(1, now()));
    var admitted = new TreeSet<Integer>();
    for (int port = 0; port <= 65_535; port++) {
      if (admits(base(false).tcp(40_000, port).bytes())) {
        admitted.add(port);
      }
    }
    assertThat(admitted).containsExactly(Sample.PORT);
  }

  @Test
  void everyProtocol_withoutGrants_isDropped() {
    for (boolean v6 : new boolean[] {false, true}) {
      for (int number = 0; number <= 255; number++) {
        assertDropped(base(v6).protocol(number, new byte[32]), "protocol " + number);
      }
    }
  }

  /** TCP, UDP and echo, each granted alone: nothing else passes, in either family. */
  @Test
  void grantOfOneProtocol_admitsNoOther() {
    for (boolean v6 : families()) {
      for (Protocol granted : Protocol.values()) {
        if (granted == Protocol.ICMP_ECHO && !can(Capability.ICMP_ECHO)) {
          continue; // refused, as CapabilityContract wants it
        }
        grantAlone(v6, granted);
        assertThat(admits(base(v6).tcp(40_000, Sample.PORT).bytes()))
            .isEqualTo(granted == Protocol.TCP);
        assertThat(admits(base(v6).udp(40_000, Sample.PORT).bytes()))
            .isEqualTo(granted == Protocol.UDP);
        assertThat(admits(base(v6).icmp(v6 ? 128 : 8, 0).payload(new byte[56]).bytes()))
            .isEqualTo(granted == Protocol.ICMP_ECHO);
        assertThat(admits(base(v6).icmp(v6 ? 129 : 0, 0).payload(new byte[56]).bytes())).isFalse();
      }
    }
  }

  private void grantAlone(boolean v6, Protocol protocol) {
    var target =
        new Target(
            Prefix.of(v6 ? Sample.SERVICE6 : Sample.SERVICE),
            protocol,
            protocol.hasPorts() ? PortRange.of(Sample.PORT) : PortRange.ANY);
    Grant only =
        Grant.until(
            Sample.id(1),
            v6 ? Sample.CLIENT6 : Sample.CLIENT,
            target,
            now().plus(Duration.ofHours(1)));
    assertThat(enforcer().replace(List.of(only)).failures()).isEmpty();
  }

  @Test
  void everyProtocol_withAGrantForTcp_isDroppedButTcp() {
    addForBothFamilies();
    byte[] likeTcp = new byte[32]; // would be the granted port if it were read as TCP or UDP
    likeTcp[2] = (byte) (Sample.PORT >> 8);
    likeTcp[3] = (byte) Sample.PORT;
    likeTcp[12] = 0x50;
    for (boolean v6 : families()) {
      var admitted = new ArrayList<Integer>();
      for (int number = 0; number <= 255; number++) {
        if (admits(base(v6).protocol(number, likeTcp).bytes())) {
          admitted.add(number);
        }
      }
      // In IPv6, numbers 0 and 60 begin an extension header that leads to protocol 0 or nowhere.
      assertThat(admitted).as("protocols of family %s", v6 ? 6 : 4).containsExactly(6);
    }
  }

  @Test
  void everyEtherType_isDroppedButArp() {
    var admitted = new ArrayList<Integer>();
    for (int type = 0; type <= 65_535; type++) {
      byte[] frame = FrameBuilder.ethernet().with("type", type).payload(new byte[46]).bytes();
      if (admits(frame)) {
        admitted.add(type);
      }
    }
    assertThat(admitted).containsExactly(0x0806);
  }

  @Test
  void icmpTypes_withoutGrants_areDroppedButNeighbourDiscovery() {
    for (int hopLimit : new int[] {1, 64, 254, 255}) {
      for (int type = 0; type <= 255; type++) {
        byte[] v4 = base(false).with("ttl", hopLimit).icmp(type, 0).payload(new byte[28]).bytes();
        assertThat(admits(v4)).as("icmp %s", type).isFalse();
        boolean neighbour = hopLimit == 255 && (type == 133 || type == 135 || type == 136);
        boolean listener = hopLimit == 1 && (type == 143 || (type >= 130 && type <= 132));
        String message = "icmpv6 %d with hop limit %d".formatted(type, hopLimit);
        assertThat(admits(icmpv6(Sample.SERVICE6, hopLimit, type).bytes())).as(message).isFalse();
        assertThat(admits(icmpv6(SITE_NODES, hopLimit, type).bytes())).as(message).isFalse();
        assertThat(admits(icmpv6(ALL_NODES, hopLimit, type).bytes()))
            .as(message)
            .isEqualTo(neighbour || listener);
      }
    }
  }

  @Test
  void ipv4Options_ofAnyLength_areDroppedWhateverTheyLookLike() {
    add(Sample.web(1, now()));
    for (int words = 1; words <= 10; words++) {
      byte[] lookalike = new byte[words * 4];
      for (int at = 0; at < lookalike.length; at += 4) {
        lookalike[at] = (byte) 0x9C; // 40000 to 443, where a fixed offset would read ports
        lookalike[at + 1] = 0x40;
        lookalike[at + 2] = (byte) (Sample.PORT >> 8);
        lookalike[at + 3] = (byte) Sample.PORT;
      }
      for (int port : new int[] {Sample.PORT, 22}) {
        FrameBuilder frame = base(false).options(lookalike).tcp(40_000, port);
        assertReason(frame.bytes(), Reason.IP_OPTIONS, words + " words of options");
      }
    }
  }

  @Test
  void extensionHeaders_ofEveryTypeAtEveryDepth() {
    addForBothFamilies();
    if (!can(Capability.IPV6)) {
      assertThat(admits(Sample.request6())).isFalse();
    }
    for (int type : EXTENSIONS) {
      for (int depth = 0; depth <= 5; depth++) {
        FrameBuilder frame = base(true);
        for (int n = 0; n < depth; n++) {
          frame.extension(60, 8);
        }
        byte[] bytes = ended(frame, type).tcp(40_000, Sample.PORT).bytes();
        boolean allowed = type == 60 || type == 44 || (type == 0 && depth == 0);
        boolean admitted = allowed && depth < 4;
        String what = "extension " + type + " behind " + depth;
        assertThat(admits(bytes)).as(what).isEqualTo(admitted && can(Capability.IPV6));
        if (!admitted) {
          assertReason(bytes, Reason.EXTENSION_HEADER, what);
        }
      }
    }
  }

  private static FrameBuilder ended(FrameBuilder frame, int type) {
    return type == 44 ? frame.fragment(0, false) : frame.extension(type, 8);
  }

  @Test
  void vlanStacks_ofBothTypes_areReadToTwoAndDroppedBeyond() {
    add(Sample.web(1, now()));
    for (int depth = 0; depth <= 4; depth++) {
      for (int types = 0; types < 1 << depth; types++) {
        FrameBuilder frame = FrameBuilder.ethernet();
        for (int n = 0; n < depth; n++) {
          frame.vlan((types >> n & 1) == 0 ? 0x8100 : 0x88A8, 7);
        }
        byte[] bytes = frame.ip(Sample.CLIENT, Sample.SERVICE).tcp(40_000, Sample.PORT).bytes();
        Reason expected = depth <= 2 ? Reason.GRANT : Reason.VLAN_DEPTH;
        assertReason(bytes, expected, depth + " tags, " + types);
      }
    }
  }

  @Test
  void everyPrefix_thatCutsTheDatagram_isDropped() {
    List<Grant> grants = new ArrayList<>(List.of(Sample.web(1, now()), Sample.web6(2, now())));
    grants.removeIf(grant -> !fixture().capabilities().containsAll(Needs.of(grant)));
    assertThat(enforcer().replace(grants).failures()).isEmpty();
    for (FrameBuilder frame : admitted()) {
      byte[] whole = frame.bytes();
      boolean known = admits(whole) || !can(Capability.IPV6);
      assertThat(known).as("the whole frame is admitted").isTrue();
      var tally = new Tally(enforcer());
      for (int length = 14; length < frame.datagramEnd(); length++) {
        byte[] cut = java.util.Arrays.copyOf(whole, length);
        Observation.of(fixture(), tally, Direction.INGRESS, outside(), cut)
            .assertReason(fixture(), Reason.MALFORMED, "cut to " + length);
      }
    }
  }

  private static List<FrameBuilder> admitted() {
    return List.of(
        FrameBuilder.ethernet().arp().padding(18),
        FrameBuilder.ethernet().vlan(0x88A8, 1).vlan(0x8100, 2).arp(),
        base(false).tcp(40_000, Sample.PORT).options(new byte[12]).payload(new byte[64]),
        base(false).tcp(40_000, Sample.PORT).padding(6),
        base(true).tcp(40_000, Sample.PORT).payload(new byte[3]),
        base(true).extension(0, 8).extension(60, 16).fragment(0, false).tcp(1, Sample.PORT),
        icmpv6(ALL_NODES, 255, 135));
  }

  private List<Boolean> families() {
    return can(Capability.IPV6) ? List.of(false, true) : List.of(false);
  }

  private void addForBothFamilies() {
    add(Sample.web(1, now()));
    Grant v6 = Sample.web6(2, now());
    assertThat(enforcer().apply(GrantUpdate.adding(v6)).failures().isEmpty())
        .isEqualTo(can(Capability.IPV6));
  }

  private void assertDropped(FrameBuilder frame, String what) {
    if (admits(frame.bytes())) {
      throw new AssertionError(what + " was admitted");
    }
  }

  private void assertReason(byte[] frame, Reason expected, String what) {
    Observation.of(fixture(), enforcer(), outside(), frame).assertReason(fixture(), expected, what);
  }

  private static FrameBuilder icmpv6(IpAddress destination, int hopLimit, int type) {
    return FrameBuilder.ethernet()
        .ip(Sample.CLIENT6, destination)
        .with("hop", hopLimit)
        .icmp(type, 0)
        .payload(new byte[28]);
  }

  private static FrameBuilder base(boolean v6) {
    IpAddress client = v6 ? Sample.CLIENT6 : Sample.CLIENT;
    IpAddress service = v6 ? Sample.SERVICE6 : Sample.SERVICE;
    return FrameBuilder.ethernet().ip(client, service);
  }
}
