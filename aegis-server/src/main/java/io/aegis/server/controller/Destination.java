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
 * A hostname as version 1 writes it, taken apart: where, and which ports. An address may be a
 * prefix, and ports a range or {@code any}.
 *
 * @param host a name, an address or a prefix, without brackets
 * @param prefix the addresses, unless the host is a name
 * @param ports any for a protocol without ports
 */
record Destination(String host, @Nullable Prefix prefix, PortRange ports) {
  private static final Pattern WITH_PORTS =
      Pattern.compile("(?:\\[(?<v6>[^\\[\\]]*)]|(?<host>[^:\\[\\]]*)):(?<ports>[0-9a-z-]{1,11})");
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}\\.?$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}\\.)*[A-Za-z0-9_-]{0,62}\\.?");
  private static final Pattern NO_NAME = Pattern.compile("[0-9.]+|.*[:/].*");

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
    var matcher = WITH_PORTS.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "hostname '"
              + text
              + "' is not address:port, [v6-address]:port or name:port (the address may be a"
              + " prefix such as 10.2.0.0/24, the port a range such as 8000-8080, or any)");
    }
    PortRange ports = PortRange.parse(matcher.group("ports"));
    String v6 = matcher.group("v6");
    return v6 == null
        ? of(matcher.group("host"), ports)
        : new Destination(v6, usable(Prefix.parse(v6)), ports);
  }

  private static Destination of(String host, PortRange ports) {
    if (NO_NAME.matcher(host).matches()) {
      return new Destination(host, usable(Prefix.parse(host)), ports);
    }
    if (!NAME.matcher(host).matches()) {
      throw new IllegalArgumentException("'" + host + "' is neither an address nor a host name");
    }
    return new Destination(host, null, ports);
  }

  private static Prefix usable(Prefix prefix) {
    var first = prefix.address().toInetAddress();
    if (first.isMulticastAddress() || (prefix.isSingleAddress() && first.isAnyLocalAddress())) {
      throw new IllegalArgumentException("nothing can be reached at " + prefix);
    }
    return prefix;
  }

  /**
   * Looks the name up if it is one.
   *
   * @return a target for the prefix, or for each address of the name, IPv4 first, in the order of
   *     their numbers
   * @throws IllegalArgumentException if the name has no usable address now
   */
  List<Target> targets(Protocol protocol, NameLookup lookup) {
    return prefixes(lookup).stream().map(each -> new Target(each, protocol, ports)).toList();
  }

  private List<Prefix> prefixes(NameLookup lookup) {
    return prefix != null ? List.of(prefix) : lookedUp(lookup);
  }

  private List<Prefix> lookedUp(NameLookup lookup) {
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
    return found.stream().distinct().sorted().map(Prefix::of).map(Destination::usable).toList();
  }
}
