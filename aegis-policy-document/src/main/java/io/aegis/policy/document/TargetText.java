package io.aegis.policy.document;

import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Targets as people write them: {@code tcp 10.2.0.7:443}, {@code udp [fd00:2::/64]:8000-8080},
 * {@code icmp-echo 10.2.0.0/24}. The part behind the protocol is as in the REST API.
 */
final class TargetText {

  /** What targets are, in words. */
  static final String NAME = "a target such as 'tcp 10.2.0.7:443' or 'udp [fd00:2::7]:53'";

  private static final List<String> PROTOCOLS =
      Stream.of(Protocol.values()).map(Protocol::toString).toList();

  /** What they are like, for editors. */
  static final String PATTERN = "^(" + String.join("|", PROTOCOLS) + ") +[0-9a-fA-F:./\\[\\]]";

  private static final Pattern WITH_PORTS =
      Pattern.compile("(?:\\[(?<v6>[^\\[\\]]*)]|(?<v4>[^:\\[\\]]*)):(?<ports>[^:]*)");

  private TargetText() {}

  /**
   * Reads a target.
   *
   * @throws BadTextException if the text is none
   */
  static Target parse(String text) throws BadTextException {
    Words words = Words.of(text);
    Words.Word first = words.next("a protocol (" + String.join(", ", PROTOCOLS) + ")");
    Protocol protocol = protocol(first);
    Words.Word where = words.next("an address, for example 10.2.0.7:443,");
    words.requireEnd();
    try {
      return new Target(prefix(where, protocol), protocol, ports(where, protocol));
    } catch (IllegalArgumentException e) {
      throw new BadTextException(where.offset(), String.valueOf(e.getMessage()));
    }
  }

  private static Protocol protocol(Words.Word word) throws BadTextException {
    if (!PROTOCOLS.contains(word.text())) {
      throw new BadTextException(
          word.offset(),
          "expected a protocol (%s), found %s%s"
              .formatted(
                  String.join(", ", PROTOCOLS),
                  Printable.quote(word.text()),
                  Guess.didYouMean(word.text().toLowerCase(Locale.ROOT), PROTOCOLS)));
    }
    return Protocol.parse(word.text());
  }

  private static Prefix prefix(Words.Word where, Protocol protocol) throws BadTextException {
    if (!protocol.hasPorts()) {
      return usable(Prefix.parse(where.text()));
    }
    Matcher matcher = withPorts(where);
    String v6 = matcher.group("v6");
    Prefix prefix = Prefix.parse(v6 == null ? matcher.group("v4") : v6);
    return usable(prefix);
  }

  private static PortRange ports(Words.Word where, Protocol protocol) throws BadTextException {
    if (!protocol.hasPorts()) {
      return PortRange.ANY;
    }
    String ports = withPorts(where).group("ports");
    try {
      return PortRange.parse(ports);
    } catch (IllegalArgumentException e) {
      throw new BadTextException(
          where.offset() + where.text().length() - ports.length(),
          "expected a port from 1 to 65535, a range such as 8000-8080, or any; found "
              + Printable.quote(ports));
    }
  }

  private static Matcher withPorts(Words.Word where) throws BadTextException {
    Matcher matcher = WITH_PORTS.matcher(where.text());
    if (!matcher.matches()) {
      throw new BadTextException(
          where.offset(),
          "expected address:port or [IPv6-address]:port, found %s (the address may be a prefix such"
                  .formatted(Printable.quote(where.text()))
              + " as 10.2.0.0/24, the port a range such as 8000-8080, or any)");
    }
    return matcher;
  }

  private static Prefix usable(Prefix prefix) {
    var first = prefix.address().toInetAddress();
    if (first.isMulticastAddress() || (prefix.isSingleAddress() && first.isAnyLocalAddress())) {
      throw new IllegalArgumentException("nothing can be reached at " + prefix);
    }
    return prefix;
  }

  /** Writes a target so that {@link #parse} reads an equal one. */
  static String format(Target target) {
    Prefix prefix = target.prefix();
    String where = prefix.isSingleAddress() ? prefix.address().toString() : prefix.toString();
    if (!target.protocol().hasPorts()) {
      return target.protocol() + " " + where;
    }
    boolean isV6 = prefix.address().family() == Family.IPV6;
    return target.protocol() + " " + (isV6 ? "[" + where + "]" : where) + ":" + target.ports();
  }
}
