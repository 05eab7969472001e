package io.aegis.server.config;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import io.aegis.server.config.TableType.Column;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The tables of a gateway's interfaces and static rules. */
final class GatewayTables {

  // Interfaces

  private static final Key<String> NAME =
      Key.requiredField("name", Types.STRING, "its name in the kernel");
  private static final Key<EnforcementMode> MODE =
      Key.of(
          "mode",
          Types.oneOf(EnforcementMode.class),
          EnforcementMode.ENFORCE,
          "`audit` admits what it would have dropped, but malformed frames, and counts it");
  private static final Key<Boolean> ACCEPT_ROUTERS =
      Key.of(
          "accept_routers",
          Types.BOOLEAN,
          false,
          "whether IPv6 router advertisements are admitted");
  private static final Key<List<LinkControl>> LINK_CONTROL =
      Key.of(
          "link_control",
          Types.listOf(Types.oneOf(LinkControl.class)),
          List.of(),
          "link control protocols that are admitted");

  static final TableType<InterfaceSettings> INTERFACE =
      new TableType<>(
          "a protected interface",
          List.of(
              new Column<>(NAME, InterfaceSettings::name),
              new Column<>(MODE, InterfaceSettings::mode),
              new Column<>(ACCEPT_ROUTERS, InterfaceSettings::acceptRouters),
              new Column<>(LINK_CONTROL, i -> i.linkControl().stream().sorted().toList())),
          row ->
              new InterfaceSettings(
                  row.get(NAME),
                  row.get(MODE),
                  row.get(ACCEPT_ROUTERS),
                  Set.copyOf(row.get(LINK_CONTROL))));

  // Static rules

  private static final Map<String, Integer> PROTOCOL_NUMBERS =
      Map.of("icmp", 1, "tcp", StaticRule.TCP, "udp", StaticRule.UDP, "icmpv6", 58);

  private static final Scalar<OptionalInt> PROTOCOL_TYPE =
      new Scalar<>(
          "protocol",
          Scalar.Form.STRING,
          GatewayTables::parseProtocol,
          GatewayTables::formatProtocol);

  private static final Key<StaticRule.Direction> DIRECTION =
      Key.requiredField(
          "direction",
          Types.oneOf(StaticRule.Direction.class),
          "`ingress` for what arrives on protected interfaces, `egress` for what leaves");
  private static final Key<Prefix> SOURCE =
      Key.optional("source", Types.PREFIX, "source addresses; every one of the family if not set");
  private static final Key<Prefix> DESTINATION =
      Key.optional(
          "destination",
          Types.PREFIX,
          "destination addresses; every one of the family if not set. One of the two must be set");
  private static final Key<OptionalInt> PROTOCOL =
      Key.requiredField(
          "protocol",
          PROTOCOL_TYPE,
          "`tcp`, `udp`, `icmp`, `icmpv6`, an IANA number such as `\"47\"`, or `any`");
  private static final Key<PortRange> SOURCE_PORTS =
      Key.of("source_ports", Types.PORTS, PortRange.ANY, "`443`, `8000-8080` or `any`");
  private static final Key<PortRange> DESTINATION_PORTS =
      Key.of("destination_ports", Types.PORTS, PortRange.ANY, "`443`, `8000-8080` or `any`");
  private static final Key<Boolean> ESTABLISHED =
      Key.of(
          "established",
          Types.BOOLEAN,
          false,
          "match TCP segments other than a bare SYN only: the rule opens no connections");

  static final TableType<StaticRule> STATIC_RULE =
      new TableType<>(
          "a rule",
          List.of(
              new Column<>(DIRECTION, StaticRule::direction),
              new Column<>(SOURCE, StaticRule::source),
              new Column<>(DESTINATION, StaticRule::destination),
              new Column<>(PROTOCOL, StaticRule::protocol),
              new Column<>(SOURCE_PORTS, StaticRule::sourcePorts),
              new Column<>(DESTINATION_PORTS, StaticRule::destinationPorts),
              new Column<>(ESTABLISHED, StaticRule::established)),
          GatewayTables::staticRule);

  private GatewayTables() {}

  private static StaticRule staticRule(Values row) {
    Prefix known =
        row.find(SOURCE)
            .or(() -> row.find(DESTINATION))
            .orElseThrow(
                () -> new IllegalArgumentException("a rule needs a source or a destination"));
    Prefix all = known.address().family() == Family.IPV4 ? Prefix.ALL_IPV4 : Prefix.ALL_IPV6;
    OptionalInt protocol = row.get(PROTOCOL);
    return new StaticRule(
        row.get(DIRECTION),
        row.find(SOURCE).orElse(all),
        row.find(DESTINATION).orElse(all),
        protocol.isPresent() ? (Integer) protocol.getAsInt() : null,
        row.get(SOURCE_PORTS),
        row.get(DESTINATION_PORTS),
        row.get(ESTABLISHED));
  }

  private static OptionalInt parseProtocol(String text) {
    if (text.equals("any")) {
      return OptionalInt.empty();
    }
    Integer number = PROTOCOL_NUMBERS.get(text);
    if (number != null) {
      return OptionalInt.of(number);
    }
    if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > 255) {
      throw new IllegalArgumentException(
          "expected tcp, udp, icmp, icmpv6, any or a number up to 255, found '" + text + "'");
    }
    return OptionalInt.of(Integer.parseInt(text));
  }

  private static String formatProtocol(OptionalInt protocol) {
    return protocol.isEmpty()
        ? "any"
        : PROTOCOL_NUMBERS.entrySet().stream()
            .filter(entry -> entry.getValue() == protocol.getAsInt())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(Integer.toString(protocol.getAsInt()));
  }
}
