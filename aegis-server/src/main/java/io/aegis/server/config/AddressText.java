package io.aegis.server.config;

import io.aegis.api.IpAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses with ports: {@code 10.0.0.1:8443}, {@code [2001:db8::1]:8443}, {@code name:8443}. */
public final class AddressText {
  private static final Pattern BRACKETED = Pattern.compile("\\[([0-9A-Fa-f:.]+)]:([0-9]{1,5})");
  private static final Pattern PLAIN = Pattern.compile("([A-Za-z0-9._-]+):([0-9]{1,5})");

  private AddressText() {}

  /** Reads an address to listen on: never a name, so that nothing depends on a resolver. */
  static InetSocketAddress parseListen(String text) {
    InetSocketAddress parsed =
        parse(text, "expected an address and a port such as 127.0.0.1:8443 or [::]:8443");
    return new InetSocketAddress(
        IpAddress.parse(parsed.getHostString()).toInetAddress(), parsed.getPort());
  }

  /**
   * Reads an address to connect to.
   *
   * @param text a name or an address, and a port from 1 on
   * @return the address; not resolved
   * @throws IllegalArgumentException if it is anything else
   */
  public static InetSocketAddress parseEndpoint(String text) {
    InetSocketAddress parsed =
        parse(text, "expected a host and a port such as 10.0.0.1:8444 or aegis.example.net:8444");
    if (parsed.getPort() == 0) {
      throw new IllegalArgumentException("expected a port from 1 to 65535, found '" + text + "'");
    }
    return parsed;
  }

  static String format(InetSocketAddress address) {
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return host.indexOf(':') >= 0
        ? "[" + host + "]:" + address.getPort()
        : host + ":" + address.getPort();
  }

  private static InetSocketAddress parse(String text, String rule) {
    Matcher bracketed = BRACKETED.matcher(text);
    Matcher plain = PLAIN.matcher(text);
    Matcher found = bracketed.matches() ? bracketed : plain;
    if (!found.matches() || Integer.parseInt(found.group(2)) > 65_535) {
      throw new IllegalArgumentException(rule + ", found '" + text + "'");
    }
    return InetSocketAddress.createUnresolved(found.group(1), Integer.parseInt(found.group(2)));
  }
}
