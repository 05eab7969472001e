package io.aegis.server.agent;

import io.aegis.api.IpAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;

/** By which interface, and from which own address, this machine reaches another. */
@FunctionalInterface
interface Routes {

  /**
   * A route.
   *
   * @param interfaceName the interface that has the own address
   * @param local the own address
   */
  record Route(String interfaceName, IpAddress local) {}

  /**
   * Finds the route to an address.
   *
   * @return the route; empty if there is none
   */
  Optional<Route> to(IpAddress address);

  /**
   * Asks the kernel: connecting a UDP socket picks a route and sends nothing. What it says is the
   * interface that has the source address, which with asymmetric routes, bridges and bonds need not
   * be the one the packets come in by.
   */
  static Routes ofKernel() {
    return Routes::lookUp;
  }

  private static Optional<Route> lookUp(IpAddress address) {
    // Any port but zero, which the JDK does not connect to; nothing is sent.
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(address.toInetAddress(), 9));
      InetAddress local = socket.getLocalAddress();
      NetworkInterface holder = NetworkInterface.getByInetAddress(local);
      return holder == null
          ? Optional.empty()
          : Optional.of(new Route(holder.getName(), IpAddress.of(local)));
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }
}
