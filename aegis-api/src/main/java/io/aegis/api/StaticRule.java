package io.aegis.api;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the gateway's own, without principal or expiry: what keeps the gateway itself reachable
 * (ssh, the agent's way to the controller, DNS, NTP, DHCP).
 *
 * @param direction which way the packets go
 * @param source their source addresses
 * @param destination their destination addresses, of the same family
 * @param protocolNumber the IANA protocol number of their transport header, 0 to 255; null for
 *     every protocol
 * @param sourcePorts their source ports; {@link PortRange#ANY} unless the protocol is TCP or UDP
 * @param destinationPorts their destination ports; {@link PortRange#ANY} unless the protocol is TCP
 *     or UDP
 * @param established whether only TCP segments other than a bare SYN (SYN without ACK) match, which
 *     keeps the rule from opening connections; only with TCP
 */
public record StaticRule(
    Direction direction,
    Prefix source,
    Prefix destination,
    @Nullable Integer protocolNumber,
    PortRange sourcePorts,
    PortRange destinationPorts,
    boolean established) {

  /** Which way packets cross a protected interface. */
  public enum Direction {
    /** Arriving on it. */
    INGRESS,
    /** Leaving through it. */
    EGRESS
  }

  /** The IANA number of TCP. */
  public static final int TCP = 6;

  /** The IANA number of UDP. */
  public static final int UDP = 17;

  /**
   * Makes a rule.
   *
   * @throws IllegalArgumentException if the prefixes differ in family, the protocol number is out
   *     of range, ports are named for a protocol other than TCP and UDP, or {@code established} for
   *     one other than TCP
   */
  public StaticRule {
    requireNonNull(direction, "direction");
    requireNonNull(sourcePorts, "sourcePorts");
    requireNonNull(destinationPorts, "destinationPorts");
    if (source.address().family() != destination.address().family()) {
      throw new IllegalArgumentException(
          "static rule: source "
              + source
              + " and destination "
              + destination
              + " differ in family");
    }
    if (protocolNumber != null && (protocolNumber < 0 || protocolNumber > 255)) {
      throw new IllegalArgumentException(
          "static rule: a protocol number is 0 to 255, not " + protocolNumber);
    }
    boolean hasPorts = protocolNumber != null && (protocolNumber == TCP || protocolNumber == UDP);
    if (!hasPorts && !(sourcePorts.isAny() && destinationPorts.isAny())) {
      throw new IllegalArgumentException("static rule: ports need the protocol tcp or udp");
    }
    if (established && (protocolNumber == null || protocolNumber != TCP)) {
      throw new IllegalArgumentException("static rule: 'established' needs the protocol tcp");
    }
  }

  /**
   * Returns the protocol number.
   *
   * @return the number, or empty for every protocol
   */
  public OptionalInt protocol() {
    return protocolNumber == null ? OptionalInt.empty() : OptionalInt.of(protocolNumber);
  }

  /**
   * Returns whether this rule admits the packets of one TCP or UDP conversation in one direction.
   *
   * @param way which way the packets go
   * @param from where they come from
   * @param fromPort their source port, host order
   * @param to where they go
   * @param toPort their destination port, host order
   * @param number the protocol, {@link #TCP} or {@link #UDP}
   * @param bareSyn whether the packet is a TCP SYN without ACK
   * @return true if it matches
   */
  public boolean matches(
      Direction way,
      IpAddress from,
      int fromPort,
      IpAddress to,
      int toPort,
      int number,
      boolean bareSyn) {
    return way == direction
        && source.contains(from)
        && destination.contains(to)
        && (protocolNumber == null || protocolNumber == number)
        && sourcePorts.contains(fromPort)
        && destinationPorts.contains(toPort)
        && !(established && bareSyn);
  }
}
