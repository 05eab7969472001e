package io.aegis.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayTablesTest {
  @TempDir private Path directory;

  private Config load(String toml) throws IOException {
    Path file = Files.writeString(directory.resolve("a.toml"), toml);
    return ConfigLoader.load(
        new ConfigLoader.Sources(Optional.of(file), Map.of(), List.of()), Optional.empty());
  }

  private void assertMistake(String toml, String message) {
    assertThatThrownBy(() -> load(toml))
        .isInstanceOf(ConfigException.class)
        .hasMessage(directory.resolve("a.toml") + message);
  }

  @Test
  void staticRules_ofAFile_areRead() throws Exception {
    Config config =
        load(
            """
            [[agent.static_rule]]
            direction = "ingress"
            source = "10.0.0.0/8"
            protocol = "tcp"
            destination_ports = "22"

            [[agent.static_rule]]
            direction = "egress"
            source = "fd77::1"
            destination = "fd77::/16"
            protocol = "tcp"
            source_ports = "8000-8080"
            established = true

            [[agent.static_rule]]
            direction = "ingress"
            destination = "10.77.0.1"
            protocol = "47"
            """);
    assertThat(config.get(AgentKeys.STATIC_RULES))
        .containsExactly(
            new StaticRule(
                StaticRule.Direction.INGRESS,
                Prefix.parse("10.0.0.0/8"),
                Prefix.ALL_IPV4,
                6,
                PortRange.ANY,
                PortRange.of(22),
                false),
            new StaticRule(
                StaticRule.Direction.EGRESS,
                Prefix.parse("fd77::1"),
                Prefix.parse("fd77::/16"),
                6,
                new PortRange(8000, 8080),
                PortRange.ANY,
                true),
            new StaticRule(
                StaticRule.Direction.INGRESS,
                Prefix.ALL_IPV4,
                Prefix.parse("10.77.0.1"),
                47,
                PortRange.ANY,
                PortRange.ANY,
                false));
  }

  @Test
  void staticRules_withMistakes_nameTheLineAndTheRule() {
    assertMistake(
        "[[agent.static_rule]]\ndirection = 'in'\nsource = '10.0.0.0/8'\nprotocol = 'tcp'\n",
        ":2: agent.static_rule.direction: expected one of ingress, egress, found 'in'");
    assertMistake(
        "[[agent.static_rule]]\ndirection = 'ingress'\nprotocol = 'tcp'\n",
        ":1: agent.static_rule: a rule needs a source or a destination");
    assertMistake(
        "[[agent.static_rule]]\ndirection = 'ingress'\nsource = '10.0.0.1'\n",
        ":1: missing key 'agent.static_rule.protocol' (`tcp`, `udp`, `icmp`, `icmpv6`, an IANA"
            + " number such as `\"47\"`, or `any`)");
    assertMistake(
        "[[agent.static_rule]]\ndirection='ingress'\nsource='10.0.0.1'\nprotocol='tcp'\nports='1'\n",
        ":5: unknown key 'agent.static_rule.ports'");
    assertMistake(
        "[[agent.static_rule]]\ndirection='ingress'\nsource='10.0.0.1'\nprotocol='any'\n"
            + "destination_ports='22'",
        ":1: agent.static_rule: static rule: ports need the protocol tcp or udp");
    assertMistake(
        "[agent]\nstatic_rule = 'x'\n",
        ":2: agent.static_rule: expected an array of tables ([[agent.static_rule]]), found a"
            + " string");
  }

  @Test
  void interfaces_ofAFile_areRead() throws Exception {
    Config config =
        load(
            """
            [[agent.interface]]
            name = "eth0"

            [[agent.interface]]
            name = "eth1"
            mode = "audit"
            accept_routers = true
            link_control = ["lacp", "lldp"]
            """);
    assertThat(config.get(AgentKeys.INTERFACES))
        .containsExactly(
            InterfaceSettings.enforcing("eth0"),
            new InterfaceSettings(
                "eth1", EnforcementMode.AUDIT, true, Set.of(LinkControl.LACP, LinkControl.LLDP)));
  }

  @Test
  void interfaces_ofAFlag_areReadAsToml() {
    Config config =
        ConfigLoader.load(
            new ConfigLoader.Sources(
                Optional.empty(),
                Map.of(),
                List.of(Setting.parse("agent.interface=[{name = \"eth7\"}]"))),
            Optional.empty());
    assertThat(config.get(AgentKeys.INTERFACES))
        .containsExactly(InterfaceSettings.enforcing("eth7"));
  }
}
