package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress.Family;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.IngressVerdict.Finding;
import io.aegis.enforcer.spi.ParsedFrame.Icmp;
import io.aegis.enforcer.spi.ParsedFrame.IpPacket;
import io.aegis.enforcer.spi.ParsedFrame.Ports;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verdict for frames that leave, in the order of datapath.md. Looks only. The decisions where
 * that page leaves room (docs/adr/0019):
 *
 * <ul>
 *   <li>Whatever is dropped is dropped as {@code EGRESS}, cut and tagged too often included.
 *   <li>Link control passes as it does where it arrives. Neighbour discovery and MLD pass when they
 *       cannot be forwarded: the hop limit of row 8, to a link-scope destination (or, of a gateway,
 *       from an address of its own). Router advertisements need no setting: this side sends them.
 *   <li>A fragment passes where its like would arrive by an any-port grant or rule, but none of TCP
 *       that may open a connection: only the first one shows flags.
 *   <li>The rules of the ingress direction admit their replies, see {@link Flow#matchesLeaving}.
 * </ul>
 *
 * @param table the grants
 * @param rules all static rules
 * @param relatedErrors whether ICMP errors are looked into
 * @param now when the frame leaves
 * @param leaseEnd when the lease runs out
 */
record EgressVerdict(
    GrantTable table,
    List<StaticRule> rules,
    boolean relatedErrors,
    Instant now,
    Instant leaseEnd) {

  private static final int ECHO = 8;
  private static final int ECHO_V6 = 128;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO_REPLY_V6 = 129;
  private static final int UNFORWARDED = 255;
  private static final int LINK_LOCAL_ONLY = 1;

  Finding of(ParsedFrame frame, InterfaceSettings settings) {
    return switch (frame) {
      case ParsedFrame.Malformed _, ParsedFrame.TooManyTags _ -> Finding.of(Reason.EGRESS);
      case ParsedFrame.NotIp(int etherType) -> {
        Reason reason = IngressVerdict.ofEtherType(etherType, settings);
        yield Finding.of(reason.admits() ? reason : Reason.EGRESS);
      }
      case IpPacket packet -> ofPacket(packet);
    };
  }

  private Finding ofPacket(IpPacket packet) {
    boolean isFragment = packet.obstacle() == Reason.FRAGMENT;
    if (packet.obstacle() != null && !isFragment) {
      return Finding.of(Reason.EGRESS);
    }
    if (!isFragment && isNeighbour(packet)) {
      return Finding.of(Reason.NEIGHBOUR);
    }
    if (!packet.addresses().matchable()) {
      return Finding.of(Reason.EGRESS);
    }
    Flow inside =
        isFragment || !relatedErrors
            ? null
            : RelatedError.flow(packet, Direction.EGRESS).orElse(null);
    if (inside != null) {
      GrantEntry live = live(inside.reversed(inside.kind()));
      if (live != null || isStatic(inside, true)) {
        return new Finding(Reason.RELATED_ERROR, live);
      }
    }
    Flow flow = flow(packet, isFragment);
    Flow.Kind drawn = drawnBy(packet, isFragment);
    GrantEntry live = drawn == null ? null : live(flow.reversed(drawn));
    if (live != null) {
      return new Finding(Reason.GRANT, live);
    }
    return Finding.of(isStatic(flow, false) ? Reason.STATIC : Reason.EGRESS);
  }

  private static boolean isNeighbour(IpPacket packet) {
    if (packet.addresses().family() != Family.IPV6
        || !(packet.transport() instanceof Icmp icmp)
        || !IngressVerdict.isLinkScope(packet.addresses().destination())) {
      return false;
    }
    return switch (icmp.type()) {
      case 133, 134, 135, 136 -> packet.hopLimit() == UNFORWARDED;
      case 130, 131, 132, 143 -> packet.hopLimit() == LINK_LOCAL_ONLY;
      default -> false;
    };
  }

  private static Flow flow(IpPacket packet, boolean isFragment) {
    int source = 0;
    int destination = 0;
    Flow.Kind kind = isFragment ? ofFragment(packet) : Flow.Kind.OTHER;
    if (!isFragment && packet.transport() instanceof Ports ports) {
      source = ports.source();
      destination = ports.destination();
      kind = ports.bareSyn() ? Flow.Kind.BARE_SYN : Flow.Kind.PORTS;
    } else if (!isFragment && isEchoRequest(packet)) {
      kind = Flow.Kind.ECHO;
    }
    return new Flow(
        packet.addresses().source(),
        source,
        packet.addresses().destination(),
        destination,
        packet.protocol(),
        kind);
  }

  /** What kind of packet draws this one as its reply; null if no grant is about such a packet. */
  private static Flow.@Nullable Kind drawnBy(IpPacket packet, boolean isFragment) {
    if (isFragment) {
      return ofFragment(packet) == Flow.Kind.FRAGMENT ? Flow.Kind.FRAGMENT : null;
    }
    if (packet.transport() instanceof Ports ports) {
      return ports.bareSyn() ? null : Flow.Kind.PORTS;
    }
    boolean isReply = icmpType(packet) == (isIpv4(packet) ? ECHO_REPLY : ECHO_REPLY_V6);
    return isReply ? Flow.Kind.ECHO : null;
  }

  private static Flow.Kind ofFragment(IpPacket packet) {
    boolean hidesMore = !isIpv4(packet) && Ipv6Extension.isExtension(packet.protocol());
    boolean opens = packet.protocol() == Protocols.TCP || hidesMore || isEchoRequest(packet);
    return opens ? Flow.Kind.OPENING_FRAGMENT : Flow.Kind.FRAGMENT;
  }

  private static boolean isEchoRequest(IpPacket packet) {
    return icmpType(packet) == (isIpv4(packet) ? ECHO : ECHO_V6);
  }

  private static int icmpType(IpPacket packet) {
    return packet.transport() instanceof Icmp icmp ? icmp.type() : -1;
  }

  private static boolean isIpv4(IpPacket packet) {
    return packet.addresses().family() == Family.IPV4;
  }

  private @Nullable GrantEntry live(Flow flow) {
    return table
        .covering(flow)
        .filter(entry -> entry.stateAt(now, leaseEnd, true) == Reason.GRANT)
        .findFirst()
        .orElse(null);
  }

  private boolean isStatic(Flow flow, boolean opensNothing) {
    return rules.stream().anyMatch(rule -> flow.matchesLeaving(rule, opensNothing));
  }
}
