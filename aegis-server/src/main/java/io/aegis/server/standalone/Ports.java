package io.aegis.server.standalone;

import io.aegis.server.config.Config;
import io.aegis.server.config.Key;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks whether a process can listen where it is configured to, before it makes anything: it
 * listens last of all, so that whoever is answered is served. Stateless.
 */
final class Ports {

  private Ports() {}

  /**
   * Listens at all of these places for a moment.
   *
   * @throws IOException naming the first at which that is not possible, why, and what to do
   */
  static void requireFree(Config config, List<Key<InetSocketAddress>> keys) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (Key<InetSocketAddress> key : keys) {
        sockets.add(listen(config.get(key), key.name()));
      }
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static ServerSocket listen(InetSocketAddress place, String key) throws IOException {
    var socket = new ServerSocket();
    try {
      socket.bind(place);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException(
          "listening at %s port %d (%s): %s; %s"
              .formatted(
                  place.getAddress().getHostAddress(),
                  place.getPort(),
                  key,
                  e.getMessage(),
                  remedy(String.valueOf(e.getMessage()), key)),
          e);
    }
  }

  // The JDK tells these apart in its words alone, which are those of the C library.
  private static String remedy(String message, String key) {
    if (message.contains("in use")) {
      return "stop what listens there ('ss -ltnp' names it), or set another " + key;
    }
    if (message.contains("assign")) {
      return "no interface of this machine has that address: correct " + key;
    }
    if (message.contains("denied")) {
      return "ports below 1024 are for root or CAP_NET_BIND_SERVICE: set a higher one in " + key;
    }
    return "correct " + key;
  }
}
