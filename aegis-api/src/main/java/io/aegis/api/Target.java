package io.aegis.api;

import static java.util.Objects.requireNonNull;

/**
 * What a service is on the wire: where packets may go.
 *
 * @param prefix the destination addresses, as seen at the protected interface before any DNAT
 * @param protocol the protocol
 * @param ports the destination ports; {@link PortRange#ANY} for a protocol without ports
 */
public record Target(Prefix prefix, Protocol protocol, PortRange ports) {

  /**
   * Makes a target.
   *
   * @throws IllegalArgumentException if ports are named for a protocol that has none
   */
  public Target {
    requireNonNull(prefix, "prefix");
    requireNonNull(protocol, "protocol");
    requireNonNull(ports, "ports");
    if (!protocol.hasPorts() && !ports.isAny()) {
      throw new IllegalArgumentException(protocol + " has no ports: " + ports);
    }
  }

  /**
   * Returns the target that is one port of one address.
   *
   * @param address the destination
   * @param protocol a protocol with ports
   * @param port 1 to 65535
   * @return an exact target
   * @throws IllegalArgumentException if the port is out of range, or the protocol has none
   */
  public static Target of(IpAddress address, Protocol protocol, int port) {
    return new Target(Prefix.of(address), protocol, PortRange.of(port));
  }

  /**
   * Returns whether this names one address, one protocol and, where the protocol has ports, one
   * port: the kind that every enforcer supports.
   *
   * @return true if it does
   */
  public boolean isExact() {
    return prefix.isSingleAddress() && (ports.isSinglePort() || !protocol.hasPorts());
  }

  /** Returns for example {@code tcp 10.2.0.7/32 port 443}. */
  @Override
  public String toString() {
    return protocol.hasPorts()
        ? protocol + " " + prefix + " port " + ports
        : protocol + " " + prefix;
  }
}
