package io.aegis.server.standalone;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.server.web.WebConfig;
import java.net.InetAddress;

/** Addresses as people and scripts can use them. Stateless. */
final class Addresses {

  private Addresses() {}

  /** The address of the HTTPS server; for one that listens on every address, this machine's own. */
  static String https(WebConfig config, int port) {
    return "https://" + hostPort(reachable(config.address()), port);
  }

  /** Writes an address and a port so that one can be told from the other. */
  static String hostPort(IpAddress address, int port) {
    return address.family() == Family.IPV6 ? "[" + address + "]:" + port : address + ":" + port;
  }

  private static IpAddress reachable(IpAddress address) {
    InetAddress listened = address.toInetAddress();
    if (!listened.isAnyLocalAddress()) {
      return address;
    }
    return address.family() == Family.IPV6
        ? IpAddress.parse("::1")
        : IpAddress.of(InetAddress.getLoopbackAddress());
  }
}
