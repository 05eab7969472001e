package io.aegis.server.controller;

import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A hostname as version 1 writes it, taken apart: where, and which port.
 *
 * @param host a name or an address without brackets
 * @param address the address, if the host is one
 * @param ports one port, or any for a protocol without ports
 */
record Destination(String host, @Nullable IpAddress address, PortRange ports) {
  private static final Pattern WITH_PORT =
      Pattern.compile("(?:\\[(?<v6>[^\\[\\]]*)]|(?<host>[^:\\[\\]]*)):(?<port>[0-9]{1,5})");
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}\\.?$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}\\.)*[A-Za-z0-9_-]{0,62}\\.?");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");

  /**
   * Takes a hostname apart.
   *
   * @throws IllegalArgumentException if it is none; the message says what one looks like
   */
  static Destination parse(String hostname, Protocol protocol) {
    String text = hostname.strip();
    if (!protocol.hasPorts()) {
      return of(text, PortRange.ANY);
    }
    var matcher = WITH_PORT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "hostname '" + text + "' is not address:port, [v6-address]:port or name:port");
    }
    int port = Integer.parseInt(matcher.group("port"));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the port of '" + text + "' must be 1 to 65535");
    }
    String v6 = matcher.group("v6");
    if (v6 == null) {
      return of(matcher.group("host"), PortRange.of(port));
    }
    return new Destination(v6, usable(IpAddress.parse(v6)), PortRange.of(port));
  }

  private static Destination of(String host, PortRange ports) {
    if (DIGITS_AND_DOTS.matcher(host).matches() || host.indexOf(':') >= 0) {
      return new Destination(host, usable(IpAddress.parse(host)), ports);
    }
    if (!NAME.matcher(host).matches()) {
      throw new IllegalArgumentException("'" + host + "' is neither an address nor a host name");
    }
    return new Destination(host, null, ports);
  }

  private static IpAddress usable(IpAddress address) {
    var jdk = address.toInetAddress();
    if (jdk.isAnyLocalAddress() || jdk.isMulticastAddress()) {
      throw new IllegalArgumentException("nothing can be reached at " + address);
    }
    return address;
  }

  /**
   * Looks the name up if it is one.
   *
   * @return a target for each address, IPv4 first, in the order of their numbers
   * @throws IllegalArgumentException if the name has no usable address now
   */
  List<Target> targets(Protocol protocol, NameLookup lookup) {
    return addresses(lookup).stream()
        .map(each -> new Target(Prefix.of(each), protocol, ports))
        .toList();
  }

  private List<IpAddress> addresses(NameLookup lookup) {
    if (address != null) {
      return List.of(address);
    }
    List<IpAddress> found;
    try {
      found = lookup.addressesOf(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "the name '"
              + host
              + "' has no address (checked just now): mend the name or write an"
              + " address",
          e);
    }
    found.forEach(Destination::usable);
    return found.stream().distinct().sorted().toList();
  }
}
