package io.aegis.server.agent;

import io.aegis.api.IpAddress;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** By which interfaces, and to which own address, another machine's packets come in. */
@FunctionalInterface
interface Routes {

  /**
   * The other end of a connection.
   *
   * @param address where it is
   * @param zone the interface of an address that means something on one link only, by name or
   *     number (RFC 4007); null for none
   * @param local our own address of the connection; null if the kernel is to choose it
   */
  record Peer(IpAddress address, @Nullable String zone, @Nullable IpAddress local) {}

  /**
   * A route.
   *
   * @param interfaceName the interface that the kernel routes by
   * @param carriers all interfaces by which the packets can come in, that one included
   * @param local the own address
   */
  record Route(String interfaceName, Set<String> carriers, IpAddress local) {
    /** Makes a route. */
    public Route {
      carriers = Set.copyOf(carriers);
    }
  }

  /**
   * Finds the route of a connection.
   *
   * @return the route; empty if there is none
   * @throws IOException if the kernel cannot be asked
   */
  Optional<Route> to(Peer peer) throws IOException;
}
