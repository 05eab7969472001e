package io.aegis.server.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The network interfaces of one namespace at one time, and which of them carry the packets of which
 * other. Immutable.
 */
final class Links {

  private static final int RTM_NEWLINK = 16;
  private static final int RTM_GETLINK = 18;
  private static final int LINK_BYTES = 16;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_LINK = 5;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_LINK_NETNSID = 37;

  /** Their IFLA_LINK is the other end, not something below. */
  private static final Set<String> PAIRS = Set.of("veth", "netkit", "vxcan");

  /** Their packets are inside others when they come in by the interface below. */
  private static final Set<String> TUNNELS =
      Set.of(
          "gre",
          "gretap",
          "erspan",
          "ip6gre",
          "ip6gretap",
          "ip6erspan",
          "ipip",
          "sit",
          "ip6tnl",
          "vti",
          "vti6",
          "xfrm",
          "vxlan",
          "geneve",
          "bareudp",
          "gtp",
          "wireguard",
          "tun",
          "ppp",
          "macsec",
          "ovpn");

  /**
   * An interface.
   *
   * @param index its number
   * @param name its name
   * @param kind what the kernel calls its kind, such as {@code vlan}; empty for hardware
   * @param below the interface that it stands on, as a VLAN or a macvlan does; 0 for none in this
   *     namespace
   * @param master the interface that it is a part of, as a port of a bridge; 0 for none
   */
  record Link(int index, String name, String kind, int below, int master) {

    boolean isTunnel() {
      return TUNNELS.contains(kind);
    }
  }

  private final Map<Integer, Link> byIndex;

  Links(Collection<Link> links) {
    byIndex = new LinkedHashMap<>();
    links.forEach(link -> byIndex.put(link.index(), link));
  }

  /**
   * Reads all interfaces.
   *
   * @throws IOException if the kernel does not answer
   */
  static Links read(NetlinkSocket socket) throws IOException {
    var request =
        new NetlinkRequest(
            "listing the interfaces", RTM_GETLINK, true, ByteBuffer.allocate(LINK_BYTES));
    return new Links(request.ask(socket, RTM_NEWLINK).stream().map(Links::link).toList());
  }

  /** Reads what an RTM_NEWLINK message says: struct ifinfomsg and attributes. */
  static Link link(ByteBuffer message) {
    Map<Integer, ByteBuffer> has = NetlinkRequest.attributes(message, LINK_BYTES);
    ByteBuffer info = has.get(IFLA_LINKINFO);
    String kind = info == null ? "" : text(NetlinkRequest.attributes(info, 0).get(IFLA_INFO_KIND));
    boolean elsewhere = has.containsKey(IFLA_LINK_NETNSID) || PAIRS.contains(kind);
    return new Link(
        message.getInt(4),
        text(has.get(IFLA_IFNAME)),
        kind,
        elsewhere ? 0 : number(has.get(IFLA_LINK)),
        number(has.get(IFLA_MASTER)));
  }

  private static int number(@Nullable ByteBuffer value) {
    return value == null || value.limit() < Integer.BYTES ? 0 : value.getInt(0);
  }

  private static String text(@Nullable ByteBuffer value) {
    if (value == null) {
      return "";
    }
    String text = StandardCharsets.UTF_8.decode(value.duplicate()).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  Optional<Link> at(int index) {
    return Optional.ofNullable(byIndex.get(index));
  }

  /** Finds an interface by what stands behind the {@code %} of an address: its name or number. */
  Optional<Link> ofZone(String zone) {
    return byIndex.values().stream()
        .filter(link -> link.name().equals(zone) || Integer.toString(link.index()).equals(zone))
        .findFirst();
  }

  Set<String> names() {
    return byIndex.values().stream().map(Link::name).collect(Collectors.toSet());
  }

  /**
   * Finds by which interfaces packets for this one can come in: itself, the ports of a bridge, the
   * members of a bond or team, the interface below a VLAN or macvlan, and theirs in turn; also what
   * it is itself a part of, since such a packet is handed up to that.
   *
   * @param of an interface
   * @return names; the interface itself comes first
   */
  Set<String> carriersOf(Link of) {
    var found = new LinkedHashMap<Integer, Link>();
    var next = new ArrayDeque<Link>(List.of(of));
    while (!next.isEmpty()) {
      Link link = next.remove();
      if (found.putIfAbsent(link.index(), link) == null) {
        partsOf(link).forEach(next::add);
      }
    }
    Link master = byIndex.get(of.master());
    while (master != null && found.putIfAbsent(master.index(), master) == null) {
      master = byIndex.get(master.master());
    }
    return found.values().stream()
        .map(Link::name)
        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
  }

  private Stream<Link> partsOf(Link link) {
    Stream<Link> below = link.isTunnel() ? Stream.empty() : at(link.below()).stream();
    return Stream.concat(
        below, byIndex.values().stream().filter(each -> each.master() == link.index()));
  }

  /** Finds the tunnel through which an interface's packets come, if they do. */
  Optional<Link> tunnelOf(Link link) {
    Optional<Link> at = Optional.of(link);
    for (int steps = 0; at.isPresent() && steps <= byIndex.size(); steps++) {
      if (at.get().isTunnel()) {
        return at;
      }
      at = at(at.get().below());
    }
    return Optional.empty();
  }
}
