package io.aegis.server.standalone;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Whether users who come in by a protected interface can log in at the portal of this very machine:
 * only by a rule of its own, since they have no grant before. Stateless.
 */
final class PortalReach {
  private PortalReach() {}

  /**
   * Looks for such a rule.
   *
   * @param portal where the portal listens
   * @param interfaces the protected interfaces
   * @param rules the gateway's own rules
   * @return what to tell the operator; empty if a rule leads to the portal, or none is needed
   */
  static Optional<String> obstacle(
      InetSocketAddress portal, List<InterfaceSettings> interfaces, List<StaticRule> rules) {
    List<String> enforcing =
        interfaces.stream()
            .filter(each -> each.mode() == EnforcementMode.ENFORCE)
            .map(InterfaceSettings::name)
            .toList();
    boolean isLocal = portal.getAddress().isLoopbackAddress();
    if (enforcing.isEmpty() || isLocal || rules.stream().anyMatch(rule -> leads(rule, portal))) {
      return Optional.empty();
    }
    return Optional.of(
        "nobody can log in by way of %s, where port %d is shut; add [[agent.static_rule]] with direction = \"ingress\", destination = \"%s\", protocol = \"tcp\", destination_ports = \"%d\""
            .formatted(
                String.join(", ", enforcing),
                portal.getPort(),
                portal.getAddress().isAnyLocalAddress()
                    ? "ADDRESS"
                    : IpAddress.of(portal.getAddress()),
                portal.getPort()));
  }

  private static boolean leads(StaticRule rule, InetSocketAddress portal) {
    Integer protocol = rule.protocolNumber();
    boolean isTo =
        portal.getAddress().isAnyLocalAddress()
            || rule.destination().contains(IpAddress.of(portal.getAddress()));
    return rule.direction() == Direction.INGRESS
        && (protocol == null || protocol == StaticRule.TCP)
        && !rule.established()
        && rule.sourcePorts().isAny()
        && rule.destinationPorts().contains(portal.getPort())
        && isTo;
  }
}
