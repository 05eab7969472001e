package io.aegis.examples.nftables;

import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The whole table of an instance as text for nft: sets, chains, and a base chain for each interface
 * that drops what no rule has admitted.
 *
 * @param settings what to protect and how
 * @param idleLimits every idle limit for which there are sets, in milliseconds
 */
record Ruleset(EnforcerSettings settings, Collection<Long> idleLimits) {
  /** A table with this set is ours, and one that this version understands. */
  static final String MARK = "aegis_layout_1";

  /**
   * The same for every instance, since nft cannot resize a set. The enforcer counts its grants
   * itself; keys that packets in flight renew while their grant goes need room of their own.
   */
  private static final int ROOM = EnforcerSettings.MOST_GRANTS + 65_536;

  /** The base chains come before all others. */
  private static final int PRIORITY = -500;

  private static final int LEAST_ARP = 28;

  static String table(String instance) {
    return "netdev aegis-" + instance;
  }

  static String baseChain(String interfaceName) {
    return "in_" + interfaceName;
  }

  String text() {
    var chains = new Chains();
    GrantChains.outcomes(chains);
    var rules = new StaticRules(settings.staticRules());
    new GrantChains(chains, rules, idleLimits).build();
    new PacketChains(chains, rules, settings.interfaces()).build();
    decide(chains);
    return "table " + table(settings.instance()) + " {\n" + sets() + chains + bases() + "}\n";
  }

  private String sets() {
    var text = new StringBuilder();
    text.append("set ").append(MARK).append(" { type mark\n}\n");
    text.append("set lease { type ifname; flags timeout\n}\n");
    text.append(
        "set frames { typeof iifname . meta mark . meta mark; flags dynamic; size 4096\n}\n");
    for (Lane lane : Lane.values()) {
      for (String purpose : List.of("grants", "leased", "idle")) {
        text.append(set(lane, purpose, "timeout"));
      }
      for (String purpose : List.of("alive", "seen")) {
        text.append(set(lane, purpose, "dynamic,timeout"));
      }
      idleLimits.forEach(millis -> text.append(set(lane, "idle_" + millis, "timeout")));
    }
    return text.toString();
  }

  private static String set(Lane lane, String purpose, String flags) {
    return "set %s { %s; flags %s; size %d\n}\n"
        .formatted(lane.set(purpose), lane.typeOf(), flags, ROOM);
  }

  /** Rows 2 to 4: by EtherType, behind no, one or two tags. */
  private void decide(Chains chains) {
    chains.add(
        "decide",
        "meta protocol vmap { 0x0800 : goto v4, 0x86dd : goto v6, 0x0806 : goto arp_packet,"
            + " 0x8100 : goto second_tag, 0x88a8 : goto second_tag }");
    chains.add("arp_packet", "meta length >= " + LEAST_ARP + " goto out_ARP");
    chains.add(
        "second_tag",
        "@nh,16,16 0x0800 goto second_v4",
        "@nh,16,16 0x86dd goto second_v6",
        "@nh,16,16 0x0806 meta length >= " + (LEAST_ARP + 4) + " goto out_ARP");
    for (InterfaceSettings each : settings.interfaces()) {
      for (LinkControl protocol : each.linkControl()) {
        String on = "iifname \"" + each.name() + "\" ";
        String type = " 0x%04x goto out_LINK_CONTROL".formatted(protocol.etherType());
        chains.add("decide", on + "meta protocol" + type);
        chains.add("second_tag", on + "@nh,16,16" + type);
      }
    }
  }

  private String bases() {
    return settings.interfaces().stream()
        .map(each ->
            """
            chain %s {
            type filter hook ingress device "%s" priority %d; policy drop;
            jump decide
            goto out_NO_GRANT
            }
            """
                .formatted(baseChain(each.name()), each.name(), PRIORITY))
        .collect(Collectors.joining());
  }
}
