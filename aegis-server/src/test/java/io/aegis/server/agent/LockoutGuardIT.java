package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.lab.LabException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where packets of a real bridge, macvlan, tunnel and link-local address come in. */
@Tag("kernel")
final class LockoutGuardIT {
  private static final String CONTROLLER = "10.77.7.9";

  private TestNamespace namespace;

  @BeforeEach
  void makeNamespace() throws Exception {
    namespace = TestNamespace.create("guard");
    namespace.addPair("eth0", "far0");
    namespace.addPair("eth1", "far1");
  }

  @AfterEach
  void removeNamespace() throws Exception {
    namespace.remove();
  }

  private void in(String words) throws Exception {
    namespace.ip(words);
  }

  private void check(String protectedName, @Nullable String ssh, StaticRule... rules) {
    var config =
        new AgentConfig(
            "edge-1",
            "guard",
            List.of(InterfaceSettings.enforcing(protectedName)),
            List.of(rules),
            100,
            Map.of(),
            LocalEnvelope.guarding(Set.of(Prefix.ALL_IPV4)),
            FailMode.CLOSED,
            Path.of("unused"),
            null);
    var controller =
        new Controller(
            "controller",
            InetSocketAddress.createUnresolved(CONTROLLER, 8444),
            _ -> {
              throw new AssertionError("nothing is dialed");
            });
    try {
      namespace.call(() ->
          new LockoutGuard(new KernelRoutes())
              .check(config, ssh == null ? List.of(controller) : List.of(), ssh));
    } catch (LabException e) {
      throw e.getCause() instanceof EnforcerException refused ? refused : e;
    }
  }

  private void assertRefused(String protectedName, @Nullable String ssh, String... parts) {
    assertThatThrownBy(() -> check(protectedName, ssh))
        .as(protectedName)
        .isInstanceOf(EnforcerException.class)
        .hasMessageContainingAll(parts);
  }

  private void assertAllowed(String protectedName, @Nullable String ssh) {
    assertThatCode(() -> check(protectedName, ssh)).as(protectedName).doesNotThrowAnyException();
  }

  @Test
  void interface_ofTheRoute_isRefused_anotherIsNot() throws Exception {
    in("addr add 10.77.7.1/24 dev eth0");
    assertRefused("eth0", null, "comes in by eth0", "destination = \"10.77.7.1/32\"");
    assertAllowed("eth1", null);
  }

  @Test
  void portOfABridge_whoseRouteIsUsed_isRefused() throws Exception {
    in("link add lan type bridge");
    in("link set eth0 master lan");
    in("link set lan up");
    in("addr add 10.77.7.1/24 dev lan");
    assertRefused("eth0", null, "comes in by eth0 to lan", "source = \"10.77.7.9/32\"");
    assertRefused("lan", null, "comes in by lan");
    assertAllowed("eth1", null);
    StaticRule cover =
        new StaticRule(
            StaticRule.Direction.INGRESS,
            Prefix.of(IpAddress.parse(CONTROLLER)),
            Prefix.of(IpAddress.parse("10.77.7.1")),
            StaticRule.TCP,
            PortRange.of(8444),
            PortRange.ANY,
            true);
    assertThatCode(() -> check("eth0", null, cover)).doesNotThrowAnyException();
  }

  @Test
  void interfaceBelowAMacvlan_underAnyName_isRefused() throws Exception {
    in("link add link eth0 name office type macvlan mode bridge");
    in("link set office up");
    in("addr add 10.77.7.1/24 dev office");
    assertRefused("eth0", null, "comes in by eth0 to office");
    assertAllowed("eth1", null);
  }

  @Test
  void portOfABridgeBelowAMacvlan_isRefused() throws Exception {
    in("link add lan type bridge");
    in("link set eth0 master lan");
    in("link set lan up");
    in("link add link lan name office type macvlan mode bridge");
    in("link set office up");
    in("addr add 10.77.7.1/24 dev office");
    assertRefused("eth0", null, "comes in by eth0 to office");
  }

  @Test
  void vethPeer_isNoInterfaceBelow() throws Exception {
    in("addr add 10.77.7.1/24 dev eth0");
    assertAllowed("far0", null);
  }

  @Test
  void everyWayOfSeveral_isRefused() throws Exception {
    in("addr add 10.77.5.1/24 dev eth0");
    in("addr add 10.77.6.1/24 dev eth1");
    in("route add 10.77.7.0/24 nexthop via 10.77.5.9 nexthop via 10.77.6.9");
    assertRefused("eth0", null, "the way to the controller");
    assertRefused("eth1", null, "the way to the controller");
  }

  @Test
  void tunnel_isToldNotGuessed() throws Exception {
    in("addr add 10.77.5.1/24 dev eth0");
    in("link add vx type vxlan id 5 dev eth0 remote 10.77.5.9 dstport 4789");
    in("link set vx up");
    in("addr add 10.77.7.1/24 dev vx");
    try (var log = new LogLines(KernelRoutes.class)) {
      assertAllowed("eth0", null);
      assertThat(log.lines()).singleElement().asString().contains("lockout-unchecked", "vxlan");
    }
  }

  @Test
  void sshSession_ofALinkLocalAddress_isFoundByItsZone() throws Exception {
    in("link add lan type bridge");
    in("link set eth0 master lan");
    in("link set lan up");
    String onBridge = "fe80::9%lan 50123 fe80::2%lan 22";
    assertRefused("eth0", onBridge, "this ssh session", "eth0 to lan", "fe80::9/128");
    assertAllowed("eth1", onBridge);
    assertRefused("eth1", "fe80::9%eth1 50123 fe80::2%eth1 22", "this ssh session");
    // Without a zone it can be any interface.
    assertRefused("eth1", "fe80::9 50123 fe80::2 22", "this ssh session");
  }

  @Test
  void sshSession_byPolicyRouting_isFoundByItsOwnAddress() throws Exception {
    in("addr add 10.77.7.1/24 dev eth0");
    in("addr add 10.77.8.1/24 dev eth1");
    in("rule add from 10.77.8.1 table 77");
    in("route add default dev eth1 table 77");
    String ssh = "10.77.7.9 50123 10.77.8.1 22";
    assertRefused("eth1", ssh, "destination = \"10.77.8.1/32\"");
  }

  @Test
  void noRoute_isAllowed() {
    assertAllowed("eth0", null);
  }
}
