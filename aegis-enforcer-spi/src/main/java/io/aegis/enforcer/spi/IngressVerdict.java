package io.aegis.enforcer.spi;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import io.aegis.enforcer.spi.ParsedFrame.Icmp;
import io.aegis.enforcer.spi.ParsedFrame.IpPacket;
import io.aegis.enforcer.spi.ParsedFrame.Opaque;
import io.aegis.enforcer.spi.ParsedFrame.Ports;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verdict table for ingress frames, row by row. Looks only; what a verdict leads to is the
 * caller's. The decisions where the table leaves room (docs/adr/0007):
 *
 * <ul>
 *   <li>Row 4: a link control frame is admitted by its EtherType alone, tagged or not.
 *   <li>Row 6: an any-port grant is one for TCP or UDP on every port; a grant for ICMP echo admits
 *       no fragment. An any-port rule has both port ranges open and is not {@code established}.
 *       Without a live one the reason is {@code FRAGMENT}, whatever else might match.
 *   <li>Row 8: MLD is ICMPv6 130, 131, 132, 143 with hop limit 1, as RFC 2710 and RFC 3810 send it:
 *       any other hop limit could be forwarded to a protected host. Both MLD and neighbour
 *       discovery must go to link-scope multicast or a link-local address (docs/adr/0009): nothing
 *       else stays on the link. A gateway's own addresses would as well, but there are none here.
 *       Codes, sources and the rest of the message are not looked at.
 *   <li>Row 9: see {@link RelatedError}. Grants in audit mode do not count; a static rule counts
 *       without its {@code established}. The grant sees no activity from it.
 *   <li>Rows 10 to 13: any live enforcing grant; else any rule; else, of all grants that match, the
 *       reason with the highest code: {@code WOULD_ADMIT}, {@code LEASE}, {@code IDLE}, {@code
 *       EXPIRED}, so the one that came nearest. A grant in audit mode sees no activity.
 *   <li>An IPv6 packet with an IPv4-mapped address on either side matches no grant and no rule.
 * </ul>
 *
 * @param table the grants
 * @param rules all static rules
 * @param relatedErrors whether row 9 is looked at
 * @param bothWays whether idle time counts both directions
 * @param now when the frame arrives
 * @param leaseEnd when the lease runs out
 */
record IngressVerdict(
    GrantTable table,
    List<StaticRule> rules,
    boolean relatedErrors,
    boolean bothWays,
    Instant now,
    Instant leaseEnd) {
  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REQUEST_V6 = 128;
  private static final int ROUTER_ADVERTISEMENT = 134;
  private static final int UNFORWARDED = 255;
  private static final int LINK_LOCAL_ONLY = 1;
  private static final int LINK_MULTICAST = 0xFF02;
  private static final int LINK_LOCAL = 0xFE80;

  /** What decided: a reason, and the grant if one did. */
  record Finding(Reason reason, @Nullable GrantEntry entry) {
    static Finding of(Reason reason) {
      return new Finding(reason, null);
    }
  }

  /** The verdict for a finding on an interface in a mode: rows 1 and 2 drop in any mode. */
  static Verdict verdict(Finding finding, EnforcementMode mode) {
    Reason reason = finding.reason();
    boolean always = reason == Reason.MALFORMED || reason == Reason.VLAN_DEPTH;
    boolean passes = reason.admits() || (mode == EnforcementMode.AUDIT && !always);
    return new Verdict(
        passes, reason, finding.entry() == null ? null : finding.entry().grant().id());
  }

  Finding of(ParsedFrame frame, InterfaceSettings settings) {
    return switch (frame) {
      case ParsedFrame.Malformed _ -> Finding.of(Reason.MALFORMED);
      case ParsedFrame.TooManyTags _ -> Finding.of(Reason.VLAN_DEPTH);
      case ParsedFrame.NotIp(int etherType) -> Finding.of(ofEtherType(etherType, settings));
      case IpPacket packet -> ofPacket(packet, settings);
    };
  }

  static Reason ofEtherType(int etherType, InterfaceSettings settings) {
    if (etherType == FrameParser.ETHERTYPE_ARP) {
      return Reason.ARP;
    }
    boolean admitted =
        settings.linkControl().stream()
            .mapToInt(LinkControl::etherType)
            .anyMatch(t -> t == etherType);
    return admitted ? Reason.LINK_CONTROL : Reason.ETHERTYPE;
  }

  private Finding ofPacket(IpPacket packet, InterfaceSettings settings) {
    if (packet.obstacle() == Reason.FRAGMENT) {
      return ofFragment(packet);
    }
    if (packet.obstacle() != null) {
      return Finding.of(packet.obstacle());
    }
    if (isNeighbour(packet, settings)) {
      return Finding.of(Reason.NEIGHBOUR);
    }
    if (!packet.addresses().matchable()) {
      return Finding.of(Reason.NO_GRANT);
    }
    Finding related =
        !relatedErrors
            ? null
            : RelatedError.flow(packet, Direction.INGRESS).map(this::ofRelated).orElse(null);
    return related != null ? related : ofFlow(flow(packet), Reason.NO_GRANT);
  }

  private Finding ofFragment(IpPacket packet) {
    return packet.addresses().matchable()
        ? ofFlow(flow(packet, 0, 0, Flow.Kind.FRAGMENT), Reason.FRAGMENT)
        : Finding.of(Reason.FRAGMENT);
  }

  private static boolean isNeighbour(IpPacket packet, InterfaceSettings settings) {
    if (packet.addresses().family() != Family.IPV6 || !(packet.transport() instanceof Icmp icmp)) {
      return false;
    }
    if (!isLinkScope(packet.addresses().destination())) {
      return false;
    }
    return switch (icmp.type()) {
      case 133, 135, 136 -> packet.hopLimit() == UNFORWARDED;
      case ROUTER_ADVERTISEMENT -> packet.hopLimit() == UNFORWARDED && settings.acceptRouters();
      case 130, 131, 132, 143 -> packet.hopLimit() == LINK_LOCAL_ONLY;
      default -> false;
    };
  }

  /** Whether no router forwards to it: ff02::/16 and fe80::/10 (RFC 4291 sections 2.7, 2.5.6). */
  static boolean isLinkScope(IpAddress destination) {
    return destination.high() >>> 48 == LINK_MULTICAST
        || destination.high() >>> 54 == LINK_LOCAL >> 6;
  }

  private @Nullable Finding ofRelated(Flow flow) {
    GrantEntry live =
        table
            .covering(flow)
            .filter(entry -> entry.stateAt(now, leaseEnd, bothWays) == Reason.GRANT)
            .findFirst()
            .orElse(null);
    return live != null || rules.stream().anyMatch(flow::matches)
        ? new Finding(Reason.RELATED_ERROR, live)
        : null;
  }

  private static Flow flow(IpPacket packet) {
    return switch (packet.transport()) {
      case Ports(int source, int destination, boolean bareSyn) ->
          flow(packet, source, destination, bareSyn ? Flow.Kind.BARE_SYN : Flow.Kind.PORTS);
      case Icmp icmp -> flow(packet, 0, 0, isEcho(packet, icmp) ? Flow.Kind.ECHO : Flow.Kind.OTHER);
      case Opaque _ -> flow(packet, 0, 0, Flow.Kind.OTHER);
    };
  }

  private static Flow flow(IpPacket packet, int source, int destination, Flow.Kind kind) {
    return new Flow(
        packet.addresses().source(),
        source,
        packet.addresses().destination(),
        destination,
        packet.protocol(),
        kind);
  }

  private static boolean isEcho(IpPacket packet, Icmp icmp) {
    return icmp.type()
        == (packet.addresses().family() == Family.IPV4 ? ECHO_REQUEST : ECHO_REQUEST_V6);
  }

  /** Rows 10 to 13, and row 6 with {@code otherwise} for what neither admits nor would admit. */
  private Finding ofFlow(Flow flow, Reason otherwise) {
    Finding nearest = Finding.of(Reason.NO_GRANT);
    for (GrantEntry entry : table.covering(flow).toList()) {
      Reason state = entry.stateAt(now, leaseEnd, bothWays);
      if (state == Reason.GRANT) {
        return new Finding(Reason.GRANT, entry);
      }
      if (nearest.entry() == null || state.code() > nearest.reason().code()) {
        nearest = new Finding(state, entry);
      }
    }
    if (rules.stream().anyMatch(flow::matches)) {
      return Finding.of(Reason.STATIC);
    }
    boolean decided = otherwise == Reason.NO_GRANT || nearest.reason() == Reason.WOULD_ADMIT;
    return decided ? nearest : Finding.of(otherwise);
  }
}
