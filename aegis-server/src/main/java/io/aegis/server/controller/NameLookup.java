package io.aegis.server.controller;

import io.aegis.api.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Finds the addresses of a name. Safe for any number of threads; may block. */
@FunctionalInterface
public interface NameLookup {

  /**
   * Finds the addresses of a name.
   *
   * @param name a host name
   * @return at least one address
   * @throws UnknownHostException if there is none, or nobody answers
   */
  List<IpAddress> addressesOf(String name) throws UnknownHostException;

  /**
   * Returns the look-up that this machine is configured for.
   *
   * @return asks the JDK
   */
  static NameLookup ofThisMachine() {
    return name -> Arrays.stream(InetAddress.getAllByName(name)).map(IpAddress::of).toList();
  }
}
