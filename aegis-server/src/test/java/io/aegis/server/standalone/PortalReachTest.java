package io.aegis.server.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A portal that is shut by its own gateway is no surprise to its operator. */
final class PortalReachTest {
  private static final InetSocketAddress PORTAL = new InetSocketAddress("10.77.1.1", 8443);

  private static StaticRule rule(
      Direction direction, String destination, @Nullable Integer protocol, String ports) {
    return new StaticRule(
        direction,
        Prefix.parse("0.0.0.0/0"),
        Prefix.parse(destination),
        protocol,
        PortRange.ANY,
        PortRange.parse(ports),
        false);
  }

  private static Optional<String> obstacle(InetSocketAddress portal, StaticRule... rules) {
    return PortalReach.obstacle(
        portal, List.of(InterfaceSettings.enforcing("wan0")), List.of(rules));
  }

  @Test
  void portal_withoutARule_isOutOfReach() {
    assertThat(obstacle(PORTAL))
        .hasValueSatisfying(why ->
            assertThat(why)
                .contains("wan0", "destination = \"10.77.1.1\"", "destination_ports = \"8443\""));
    assertThat(obstacle(PORTAL, rule(Direction.INGRESS, "10.77.1.1/32", 17, "8443"))).isPresent();
    assertThat(obstacle(PORTAL, rule(Direction.INGRESS, "10.77.1.2/32", 6, "8443"))).isPresent();
    assertThat(obstacle(PORTAL, rule(Direction.INGRESS, "10.77.1.1/32", 6, "22"))).isPresent();
    assertThat(obstacle(PORTAL, rule(Direction.EGRESS, "10.77.1.1/32", 6, "8443"))).isPresent();
  }

  @Test
  void portal_withARule_isInReach() {
    assertThat(obstacle(PORTAL, rule(Direction.INGRESS, "10.77.1.0/24", 6, "8000-9000"))).isEmpty();
    assertThat(
            obstacle(
                new InetSocketAddress("0.0.0.0", 8443),
                rule(Direction.INGRESS, "10.77.1.1/32", 6, "8443")))
        .isEmpty();
  }

  @Test
  void portal_ofThisMachineAloneOrBehindAnAudit_needsNone() {
    assertThat(obstacle(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8443))).isEmpty();
    var audited = new InterfaceSettings("wan0", EnforcementMode.AUDIT, false, Set.of());
    assertThat(PortalReach.obstacle(PORTAL, List.of(audited), List.of())).isEmpty();
  }
}
