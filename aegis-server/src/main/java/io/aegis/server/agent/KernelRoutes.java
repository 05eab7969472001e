package io.aegis.server.agent;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.server.agent.Links.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel, in the network namespace of the calling thread, through rtnetlink(7); not
 * through sysfs, which shows the namespace it was mounted in. With several equal ways all of them
 * count. Stateless.
 *
 * <p>Its limits: answers are looked for by the way out, which with asymmetric routes need not be
 * the way in; a switch that the kernel does not know of (Open vSwitch, a datapath in user space) is
 * not looked through; packets inside a tunnel are not the ones that the interface below sees, so of
 * a tunnel it is only said that it is one.
 */
final class KernelRoutes implements Routes {

  private static final Logger LOG = LoggerFactory.getLogger(KernelRoutes.class);

  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_GETROUTE = 26;
  private static final int ROUTE_BYTES = 12;
  private static final int RTA_DST = 1;
  private static final int RTA_SRC = 2;
  private static final int RTA_OIF = 4;
  private static final int RTA_PREFSRC = 7;
  private static final int RTA_MULTIPATH = 9;
  private static final int NEXT_HOP_BYTES = 8;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int RTN_LOCAL = 2;
  // Answers with the route as it was configured, all its ways included.
  private static final int RTM_F_FIB_MATCH = 0x2000;
  // ESRCH, EACCES (prohibited), ENODEV, EINVAL (not our address), ENETUNREACH, EHOSTUNREACH.
  private static final Set<Integer> NO_ROUTE = Set.of(3, 13, 19, 22, 101, 113);

  @Override
  public Optional<Route> to(Peer peer) throws IOException {
    try (NetlinkSocket socket = NetlinkSocket.open()) {
      Links links = Links.read(socket);
      return isOfOneLink(peer.address()) ? onLink(peer, links) : routed(peer, links, socket);
    }
  }

  // IPv4 has such addresses too, but routes them as any other.
  private static boolean isOfOneLink(IpAddress address) {
    return address.family() == Family.IPV6 && address.toInetAddress().isLinkLocalAddress();
  }

  // The interface is part of the address. Without it, or with one that is not here, it can be any.
  private static Optional<Route> onLink(Peer peer, Links links) {
    if (peer.local() == null) {
      return Optional.empty();
    }
    Optional<Link> link = Optional.ofNullable(peer.zone()).flatMap(links::ofZone);
    return Optional.of(
        new Route(
            link.map(Link::name).orElse("any interface"),
            link.map(links::carriersOf).orElseGet(links::names),
            peer.local()));
  }

  private static Optional<Route> routed(Peer peer, Links links, NetlinkSocket socket)
      throws IOException {
    Optional<ByteBuffer> answer = ask(peer, peer.local(), 0, socket);
    if (answer.isEmpty() && peer.local() != null) {
      // The own address is not (or not any more) one of this namespace.
      answer = ask(peer, null, 0, socket);
    }
    if (answer.isEmpty() || answer.get().get(7) > RTN_LOCAL) {
      return Optional.empty();
    }
    var indexes = new LinkedHashSet<Integer>(outOf(answer.get()));
    ask(peer, null, RTM_F_FIB_MATCH, socket).ifPresent(all -> indexes.addAll(outOf(all)));
    return route(
        indexes.stream().flatMap(index -> links.at(index).stream()).toList(),
        links,
        peer.local() == null ? preferred(answer.get()) : peer.local());
  }

  private static Optional<Route> route(List<Link> out, Links links, @Nullable IpAddress local) {
    if (out.isEmpty() || local == null) {
      return Optional.empty();
    }
    Set<String> carriers = new LinkedHashSet<>();
    for (Link link : out) {
      carriers.addAll(links.carriersOf(link));
      links
          .tunnelOf(link)
          .ifPresent(tunnel ->
              LOG.warn(
                  "event=lockout-unchecked route-by={} reason=\"its packets come in inside others;"
                      + " see that a static rule covers those of the {} too\"",
                  tunnel.name(),
                  tunnel.kind()));
    }
    return Optional.of(new Route(out.getFirst().name(), carriers, local));
  }

  /** Asks for a route; empty if there is none. */
  private static Optional<ByteBuffer> ask(
      Peer peer, @Nullable IpAddress from, int flags, NetlinkSocket socket) throws IOException {
    IpAddress to = peer.address();
    ByteBuffer body =
        ByteBuffer.allocate(ROUTE_BYTES)
            .order(ByteOrder.nativeOrder())
            .put((byte) (to.family() == Family.IPV4 ? AF_INET : AF_INET6))
            .put((byte) to.family().bits())
            .put((byte) (from == null ? 0 : from.family().bits()))
            .putInt(8, flags)
            .rewind();
    var request =
        new NetlinkRequest("looking up the route to " + to, RTM_GETROUTE, false, body)
            .with(RTA_DST, to.bytes());
    if (from != null) {
      request.with(RTA_SRC, from.bytes());
    }
    try {
      return request.ask(socket, RTM_NEWROUTE).stream().findFirst();
    } catch (NetlinkException e) {
      if (!NO_ROUTE.contains(e.number())) {
        throw e;
      }
      LOG.debug("event=no-route to={} from={} errno={}", to, from, e.number());
      return Optional.empty();
    }
  }

  private static List<Integer> outOf(ByteBuffer route) {
    Map<Integer, ByteBuffer> has = NetlinkRequest.attributes(route, ROUTE_BYTES);
    var indexes = new ArrayList<Integer>();
    ByteBuffer single = has.get(RTA_OIF);
    if (single != null) {
      indexes.add(single.getInt(0));
    }
    ByteBuffer several = has.get(RTA_MULTIPATH);
    // struct rtnexthop: length, flags, hops, interface; attributes follow.
    for (int at = 0; several != null && at + NEXT_HOP_BYTES <= several.limit(); ) {
      indexes.add(several.getInt(at + 4));
      at +=
          NetlinkRequest.aligned(
              Math.max(NEXT_HOP_BYTES, Short.toUnsignedInt(several.getShort(at))));
    }
    return indexes;
  }

  private static @Nullable IpAddress preferred(ByteBuffer route) {
    ByteBuffer address = NetlinkRequest.attributes(route, ROUTE_BYTES).get(RTA_PREFSRC);
    if (address == null) {
      return null;
    }
    byte[] bytes = new byte[address.limit()];
    address.get(0, bytes);
    return IpAddress.of(bytes);
  }
}
