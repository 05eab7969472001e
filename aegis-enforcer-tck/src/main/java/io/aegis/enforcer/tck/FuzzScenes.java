package io.aegis.enforcer.tck;

import io.aegis.enforcer.spi.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Generates what is in force, as lines of a {@link Corpus}. Nothing is near its end: what is live
 * stays so for an hour, and what shall run out has the time to ({@code age}), so that no verdict
 * depends on how long a machine takes.
 */
final class FuzzScenes {
  private static final int MOST_RULES = 6;
  private static final int MOST_GRANTS = 24;
  private static final int FULL = 60; // every fixture has room for so many
  private static final int SHARERS = 5; // one more than may share a tuple

  private FuzzScenes() {}

  /** The interface and the gateway's own rules: what an enforcer is opened with. */
  static List<String> settings(Dice dice, Set<Capability> capabilities) {
    boolean audits = capabilities.contains(Capability.AUDIT);
    boolean bothWays = capabilities.contains(Capability.EGRESS);
    var lines = new ArrayList<String>();
    var words = new StringBuilder("interface");
    for (String word : List.of("audit", "routers", "lacp", "dot1x", "lldp")) {
      boolean wanted = dice.once(4);
      words.append(wanted && (audits || !word.equals("audit")) ? " " + word : "");
    }
    if (!words.toString().equals("interface")) {
      lines.add(words.toString());
    }
    int rules = dice.once(3) ? 0 : dice.from(1, MOST_RULES);
    for (int i = 0; i < rules; i++) {
      boolean leaving = bothWays && dice.once(3);
      lines.add("rule " + (leaving ? "leaving " : "") + rule(dice, leaving));
    }
    return List.copyOf(lines);
  }

  private static String rule(Dice dice, boolean leaving) {
    boolean v6 = dice.once(2);
    String protocol = dice.of("tcp", "tcp", "udp", "udp", "any", "1", "47", "58", "44", "4", "0");
    var rule = new StringBuilder();
    String near = target(dice, v6);
    String far = source(dice, v6);
    rule.append(leaving ? near : far).append(" to ").append(leaving ? far : near).append(' ');
    rule.append(protocol);
    if (protocol.equals("tcp") || protocol.equals("udp")) {
      rule.append(dice.once(4) ? " from " + ports(dice) : "");
      rule.append(dice.once(2) ? " port " + ports(dice) : "");
    }
    rule.append(protocol.equals("tcp") && dice.once(4) ? " established" : "");
    return rule.toString();
  }

  private static String source(Dice dice, boolean v6) {
    return dice.once(2)
        ? dice.of(v6 ? FuzzWorld.CLIENTS6 : FuzzWorld.CLIENTS)
        : v6 ? dice.of("fd77:1::/32", "fd77:1::/64", "::/0") : dice.of("10.77.1.0/24", "0.0.0.0/0");
  }

  private static String target(Dice dice, boolean v6) {
    return dice.once(2)
        ? dice.of(v6 ? FuzzWorld.PREFIXES6 : FuzzWorld.PREFIXES)
        : dice.of(v6 ? FuzzWorld.SERVICES6 : FuzzWorld.SERVICES);
  }

  private static String ports(Dice dice) {
    return dice.of(dice.once(2) ? FuzzWorld.RANGES : FuzzWorld.PORTS);
  }

  /** Grants, the lease, and their age. */
  static List<String> grants(Dice dice, boolean aged) {
    var lines = new ArrayList<String>();
    int most = dice.once(6) ? FULL : MOST_GRANTS;
    int count = dice.from(aged ? MOST_GRANTS / 2 : 0, most);
    while (lines.size() < count) {
      String tuple = tuple(dice);
      int sharers = dice.once(4) ? dice.from(2, SHARERS) : 1;
      for (int i = 0; i < sharers; i++) {
        lines.add("grant " + (lines.size() + 1) + " " + tuple + terms(dice, aged));
      }
    }
    if (dice.once(2)) {
      lines.add(aged && dice.once(2) ? "lease 2" : "lease 3600");
    }
    if (aged) {
      lines.add("age 4");
    }
    return List.copyOf(lines);
  }

  private static String tuple(Dice dice) {
    boolean v6 = dice.once(2);
    String protocol = dice.of("tcp", "tcp", "tcp", "udp", "udp", "icmp-echo");
    boolean wide = dice.once(5);
    var tuple = new StringBuilder(dice.of(v6 ? FuzzWorld.CLIENTS6 : FuzzWorld.CLIENTS));
    tuple.append(" to ").append(protocol).append(' ');
    tuple.append(
        wide
            ? dice.of(v6 ? FuzzWorld.PREFIXES6 : FuzzWorld.PREFIXES)
            : dice.of(v6 ? FuzzWorld.SERVICES6 : FuzzWorld.SERVICES));
    if (!protocol.equals("icmp-echo")) {
      List<String> ports = dice.once(6) ? FuzzWorld.RANGES : FuzzWorld.PORTS;
      tuple.append(" port ").append(dice.of(ports));
    }
    return tuple.toString();
  }

  private static String terms(Dice dice, boolean aged) {
    var terms = new StringBuilder();
    terms.append(dice.once(6) ? " audit" : "");
    terms.append(dice.once(5) ? " lease" : "");
    if (dice.once(aged ? 2 : 6)) {
      terms.append(aged && !dice.once(4) ? " idle 2" : " idle 3600");
    }
    terms.append(dice.once(8) ? " expired" : "");
    terms.append(dice.once(8) ? " soft-expired" : "");
    return terms.toString();
  }
}
