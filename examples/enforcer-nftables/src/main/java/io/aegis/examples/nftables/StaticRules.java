package io.aegis.examples.nftables;

import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own rules as nft rules: for whole packets, and for fragments, which only rules for
 * every port match.
 *
 * @param rules all of them
 */
record StaticRules(List<StaticRule> rules) {
  private static final String ADMIT = " goto out_STATIC";

  StaticRules {
    rules = List.copyOf(rules);
  }

  /** Whether a fragment of this family could be admitted. */
  boolean admitFragments(Family family) {
    return rules.stream().anyMatch(rule -> isOf(family, rule) && coversFragments(rule));
  }

  private static boolean isOf(Family family, StaticRule rule) {
    return rule.source().address().family() == family;
  }

  private static boolean coversFragments(StaticRule rule) {
    return !rule.established() && rule.sourcePorts().isAny() && rule.destinationPorts().isAny();
  }

  /** Matches of packets whose transport header has been found whole. */
  List<String> forPackets(IpView view) {
    return rules.stream()
        .filter(rule -> isOf(view.family(), rule))
        .map(rule -> addresses(rule, view) + protocol(rule, view) + ports(rule, view) + ADMIT)
        .toList();
  }

  /**
   * Matches of fragments.
   *
   * @param protocol the match for a protocol number, where the fragment names it
   */
  List<String> forFragments(IpView view, IntFunction<String> protocol) {
    return rules.stream()
        .filter(rule -> isOf(view.family(), rule) && coversFragments(rule))
        .map(rule -> addresses(rule, view) + fragmentProtocol(rule, protocol) + ADMIT)
        .toList();
  }

  private static String fragmentProtocol(StaticRule rule, IntFunction<String> protocol) {
    @Nullable Integer number = rule.protocolNumber();
    return number == null ? "" : " " + protocol.apply(number);
  }

  private static String addresses(StaticRule rule, IpView view) {
    return prefix(rule.source(), view::sourceWord)
        + prefix(rule.destination(), view::destinationWord);
  }

  private static String prefix(Prefix prefix, IntFunction<String> word) {
    byte[] bytes = prefix.address().bytes();
    var matches = new StringBuilder();
    for (int n = 0; n * 32 < prefix.length(); n++) {
      int bits = Math.min(32, prefix.length() - n * 32);
      long mask = 0xFFFF_FFFFL << (32 - bits) & 0xFFFF_FFFFL;
      long value = java.nio.ByteBuffer.wrap(bytes).getInt(n * 4) & 0xFFFF_FFFFL;
      matches.append(" %s & 0x%x == 0x%x".formatted(word.apply(n), mask, value));
    }
    return matches.toString();
  }

  private static String protocol(StaticRule rule, IpView view) {
    @Nullable Integer number = rule.protocolNumber();
    return number == null ? "" : " " + view.protocolIs(number);
  }

  private static String ports(StaticRule rule, IpView view) {
    String established = view.transport(104, 8) + " & 0x12 != 0x02"; // neither SYN nor SYN alone
    return range(rule.sourcePorts(), view.transport(0, 16))
        + range(rule.destinationPorts(), view.transport(16, 16))
        + (rule.established() ? " " + established : "");
  }

  private static String range(PortRange ports, String load) {
    return ports.isAny()
        ? ""
        : ports.isSinglePort()
            ? " " + load + " " + ports.first()
            : " " + load + " " + ports.first() + "-" + ports.last();
  }
}
