package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LockoutGuardTest {

  private static final IpAddress LOCAL = IpAddress.parse("10.77.0.2");
  private static final IpAddress PEER = IpAddress.parse("10.77.0.9");
  private static final String SSH = "10.77.0.9 50123 10.77.0.2 22";

  private final LockoutGuard guard =
      new LockoutGuard(peer ->
          peer.address().equals(PEER)
              ? Optional.of(new Routes.Route("eth0", Set.of("eth0"), LOCAL))
              : Optional.of(
                  new Routes.Route("eth1", Set.of("eth1"), IpAddress.parse("10.77.1.2"))));

  private static AgentConfig config(EnforcementMode mode, StaticRule... rules) {
    return config(InterfaceSettings.enforcing("eth0").name(), mode, rules);
  }

  private static AgentConfig config(String name, EnforcementMode mode, StaticRule... rules) {
    return new AgentConfig(
        "edge-1",
        "guard",
        List.of(new InterfaceSettings(name, mode, false, Set.of())),
        List.of(rules),
        100,
        Map.of(),
        LocalEnvelope.guarding(Set.of(Prefix.ALL_IPV4)),
        FailMode.CLOSED,
        Path.of("unused"),
        null);
  }

  private static StaticRule rule(PortRange sourcePorts, PortRange ports, boolean established) {
    return new StaticRule(
        StaticRule.Direction.INGRESS,
        Prefix.of(PEER),
        Prefix.of(LOCAL),
        StaticRule.TCP,
        sourcePorts,
        ports,
        established);
  }

  private static List<Controller> controllerAt(String host) {
    return List.of(
        new Controller(
            host,
            InetSocketAddress.createUnresolved(host, 7443),
            _ -> {
              throw new AssertionError("nothing is dialed before the interface is protected");
            }));
  }

  @Test
  void controller_behindTheInterface_isRefusedWithTheRule() {
    assertThatThrownBy(
            () -> guard.check(config(EnforcementMode.ENFORCE), controllerAt("10.77.0.9"), null))
        .isInstanceOf(EnforcerException.class)
        .hasMessageContaining("the way to the controller")
        .hasMessageContaining(
            """
            end of the configuration file:

            # the way to the controller, which comes in by eth0
            [[agent.static_rule]]
            direction = "ingress"
            source = "10.77.0.9/32"
            destination = "10.77.0.2/32"
            protocol = "tcp"
            source_ports = "7443"
            established = true\
            """)
        .extracting(e -> ((EnforcerException) e).kind())
        .isEqualTo(EnforcerException.Kind.BAD_SETTINGS);
  }

  @Test
  void controller_withTheRuleThatWasPrinted_isAllowed() {
    var config = config(EnforcementMode.ENFORCE, rule(PortRange.of(7443), PortRange.ANY, true));
    assertThatCode(() -> guard.check(config, controllerAt("10.77.0.9"), null))
        .doesNotThrowAnyException();
  }

  @Test
  void controller_withARuleForAnotherPort_isRefused() {
    var config = config(EnforcementMode.ENFORCE, rule(PortRange.of(7444), PortRange.ANY, true));
    assertThatThrownBy(() -> guard.check(config, controllerAt("10.77.0.9"), null))
        .isInstanceOf(EnforcerException.class);
  }

  @Test
  void controller_withARuleForSomeOfOurPorts_isRefused() {
    var config =
        config(
            EnforcementMode.ENFORCE, rule(PortRange.of(7443), new PortRange(1024, 40_000), true));
    assertThatThrownBy(() -> guard.check(config, controllerAt("10.77.0.9"), null))
        .isInstanceOf(EnforcerException.class);
  }

  @Test
  void controller_behindAnotherInterface_isAllowed() {
    assertThatCode(
            () -> guard.check(config(EnforcementMode.ENFORCE), controllerAt("10.77.1.9"), null))
        .doesNotThrowAnyException();
  }

  @Test
  void ssh_throughTheInterface_isRefusedWithTheRule() {
    assertThatThrownBy(
            () -> guard.check(config(EnforcementMode.ENFORCE), controllerAt("10.77.1.9"), SSH))
        .hasMessageContaining("this ssh session")
        .hasMessageContaining("destination_ports = \"22\"");
    var config = config(EnforcementMode.ENFORCE, rule(PortRange.ANY, PortRange.of(22), false));
    assertThatCode(() -> guard.check(config, controllerAt("10.77.1.9"), SSH))
        .doesNotThrowAnyException();
  }

  @Test
  void ssh_ruleThatOpensNothing_isNotEnough() {
    var config = config(EnforcementMode.ENFORCE, rule(PortRange.ANY, PortRange.of(22), true));
    assertThatThrownBy(() -> guard.check(config, controllerAt("10.77.1.9"), SSH))
        .hasMessageContaining("this ssh session");
  }

  @Test
  void both_cut_areToldTogether() {
    assertThatThrownBy(
            () -> guard.check(config(EnforcementMode.ENFORCE), controllerAt("10.77.0.9"), SSH))
        .hasMessageContaining("the way to the controller")
        .hasMessageContaining("this ssh session");
  }

  @Test
  void route_thatComesInByTheInterface_countsAsIt() {
    var bridge =
        new LockoutGuard(_ -> Optional.of(new Routes.Route("br0", Set.of("br0", "eth0"), LOCAL)));
    assertThatThrownBy(
            () -> bridge.check(config(EnforcementMode.ENFORCE), controllerAt("10.77.0.9"), null))
        .hasMessageContaining("comes in by eth0 to br0");
  }

  @Test
  void ssh_ofAnAddressWithAZone_isLookedUpInIt() {
    var asked = new ArrayList<Routes.Peer>();
    var linked =
        new LockoutGuard(peer -> {
          asked.add(peer);
          return Optional.of(new Routes.Route("eth0", Set.of("eth0"), IpAddress.parse("fe80::2")));
        });
    assertThatThrownBy(() ->
            linked.check(
                config(EnforcementMode.ENFORCE), List.of(), "fe80::9%eth0 50123 fe80::2%eth0 22"))
        .hasMessageContaining("source = \"fe80::9/128\"\ndestination = \"fe80::2/128\"");
    assertThat(asked)
        .containsExactly(
            new Routes.Peer(IpAddress.parse("fe80::9"), "eth0", IpAddress.parse("fe80::2")));
  }

  @Test
  void kernel_thatCannotBeAsked_isNoReasonToStayUnprotected() {
    var blind =
        new LockoutGuard(_ -> {
          throw new IOException("no netlink here");
        });
    assertThatCode(
            () -> blind.check(config(EnforcementMode.ENFORCE), controllerAt("10.77.0.9"), SSH))
        .doesNotThrowAnyException();
  }

  @Test
  void audit_cutsNothing_isAllowed() {
    assertThatCode(() -> guard.check(config(EnforcementMode.AUDIT), controllerAt("10.77.0.9"), SSH))
        .doesNotThrowAnyException();
  }

  @Test
  void sshConnection_damaged_isNoReasonToStayUnprotected() {
    for (String damaged : List.of("", "x", "10.77.0.9 1 2", "a b c d")) {
      assertThatCode(() ->
              guard.check(config(EnforcementMode.ENFORCE), controllerAt("10.77.1.9"), damaged))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void routes_toTheLoopback_areTheKernels() throws Exception {
    IpAddress loopback = IpAddress.parse("127.0.0.1");
    assertThat(new KernelRoutes().to(new Routes.Peer(loopback, null, null)))
        .contains(new Routes.Route("lo", Set.of("lo"), loopback));
  }
}
