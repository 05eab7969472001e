package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import java.util.Optional;

/**
 * What grants and static rules are asked about: a packet from a client to a service.
 *
 * @param client where it comes from
 * @param clientPort its source port, host order; 0 without ports
 * @param service where it goes
 * @param servicePort its destination port, host order; 0 without ports
 * @param protocolNumber its IANA protocol number
 * @param kind what is known of its transport header
 */
record Flow(
    IpAddress client,
    int clientPort,
    IpAddress service,
    int servicePort,
    int protocolNumber,
    Kind kind) {

  /** What is known of the transport header. */
  enum Kind {
    /** TCP or UDP that opens no connection, or about which this is no matter. */
    PORTS,
    /** A bare SYN. */
    BARE_SYN,
    /** An echo request. */
    ECHO,
    /** A fragment of what opens nothing: only what covers every port can match. */
    FRAGMENT,
    /**
     * A fragment of what may open something: of TCP, whose flags another fragment may hold; before
     * an extension header, behind which TCP may stand; and the first one of an echo request.
     */
    OPENING_FRAGMENT,
    /** Any other protocol. */
    OTHER;

    boolean isFragment() {
      return this == FRAGMENT || this == OPENING_FRAGMENT;
    }
  }

  /** The protocol by which a grant could match, or empty if none can. */
  Optional<Protocol> grantProtocol() {
    return switch (kind) {
      case PORTS, BARE_SYN, FRAGMENT, OPENING_FRAGMENT ->
          switch (protocolNumber) {
            case Protocols.TCP -> Optional.of(Protocol.TCP);
            case Protocols.UDP -> Optional.of(Protocol.UDP);
            default -> Optional.empty();
          };
      case ECHO -> Optional.of(Protocol.ICMP_ECHO);
      case OTHER -> Optional.empty();
    };
  }

  /** The exact target that it goes to, or empty if it can match none. */
  Optional<Target> exactTarget() {
    return switch (kind) {
      case ECHO -> Optional.of(new Target(Prefix.of(service), Protocol.ICMP_ECHO, PortRange.ANY));
      case PORTS, BARE_SYN ->
          grantProtocol()
              .filter(_ -> servicePort != 0) // no exact target has port 0
              .map(protocol -> Target.of(service, protocol, servicePort));
      case FRAGMENT, OPENING_FRAGMENT, OTHER -> Optional.empty();
    };
  }

  /** What draws this as its reply: the same from the other end. */
  Flow reversed(Kind other) {
    return new Flow(service, servicePort, client, clientPort, protocolNumber, other);
  }

  /**
   * Whether a rule admits it where it leaves (docs/adr/0019). One of the ingress direction admits
   * what goes the other way: where it is {@code established}, this side opens the connection, else
   * the other one does, and nothing may leave that opens one.
   *
   * @param opensNothing whatever the kind says: it is the packet inside an error
   */
  boolean matchesLeaving(StaticRule rule, boolean opensNothing) {
    boolean isReply = rule.direction() == Direction.INGRESS;
    if (kind.isFragment()
        && (!rule.sourcePorts().isAny()
            || !rule.destinationPorts().isAny()
            || (protocolNumber == Protocols.TCP && isReply != rule.established()))) {
      return false;
    }
    if (!isReply) {
      return rule.matches(
          Direction.EGRESS,
          client,
          clientPort,
          service,
          servicePort,
          protocolNumber,
          kind == Kind.BARE_SYN);
    }
    boolean opens =
        !opensNothing
            && (kind == Kind.BARE_SYN || kind == Kind.ECHO || kind == Kind.OPENING_FRAGMENT);
    return (rule.established() || !opens)
        && rule.matches(
            Direction.INGRESS, service, servicePort, client, clientPort, protocolNumber, false);
  }

  /**
   * Whether an ingress rule admits it. An {@code established} rule admits no fragment: only the
   * first one shows flags.
   */
  boolean matches(StaticRule rule) {
    if (kind.isFragment()
        && (rule.established()
            || !rule.sourcePorts().isAny()
            || !rule.destinationPorts().isAny())) {
      return false;
    }
    return rule.matches(
        Direction.INGRESS,
        client,
        clientPort,
        service,
        servicePort,
        protocolNumber,
        kind == Kind.BARE_SYN);
  }
}
