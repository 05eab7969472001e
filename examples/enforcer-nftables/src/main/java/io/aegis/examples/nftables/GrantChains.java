package io.aegis.examples.nftables;

import io.aegis.api.Reason;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * The chains that admit, rows 10 and 11, and those that count.
 *
 * <p>A grant is an element of its lane's {@code grants}, with a timeout at its soft expiry. That it
 * needs the lease or has an idle limit are elements of the same key in {@code leased} and {@code
 * idle}; while it is not idle there is one in {@code alive} too, which each packet renews and time
 * takes away. {@code seen} counts what it admitted and, by what is left of a timeout, when last.
 */
final class GrantChains {
  /** Long enough for every question that is asked of {@code seen}. */
  static final String SEEN_FOR = "30d";

  private final Chains chains;
  private final StaticRules rules;
  private final Collection<Long> idleLimits;

  GrantChains(Chains chains, StaticRules rules, Collection<Long> idleLimits) {
    this.chains = chains;
    this.rules = rules;
    this.idleLimits = List.copyOf(idleLimits);
  }

  void build() {
    for (IpView view : List.of(IpView.V4, IpView.SECOND_V4)) {
      grants(view, "_ports", Lane.V4, Lane.V4.portKey(view));
      grants(view, "_echo", Lane.V4, Lane.V4.echoKey(view));
      rules(view);
    }
    for (IpView view : List.of(IpView.V6, IpView.SECOND_V6)) {
      grants(view, "_tcp", Lane.TCP6, Lane.TCP6.portKey(view));
      grants(view, "_udp", Lane.UDP6, Lane.UDP6.portKey(view));
      grants(view, "_echo", Lane.ECHO6, Lane.ECHO6.echoKey(view));
      rules(view);
    }
  }

  private void grants(IpView view, String name, Lane lane, String key) {
    String chain = view.prefix() + name;
    String hit = chain + "_hit";
    String otherwise = " goto " + view.prefix() + "_rules";
    chains.addAll(chain, unmapped(view));
    chains.add(
        chain,
        key + " @" + lane.set("leased") + " iifname != @lease" + otherwise,
        key + " @" + lane.set("idle") + " " + key + " != @" + lane.set("alive") + otherwise,
        key + " @" + lane.set("grants") + " goto " + hit,
        otherwise.strip());
    chains.addAll(hit, renewals(lane, key, idleLimits));
    chains.add(
        hit,
        "update @" + lane.set("seen") + " { " + key + " timeout " + SEEN_FOR + " counter }",
        "goto out_GRANT");
  }

  /** One rule for each idle limit: nft knows the timeout of a renewal as a constant only. */
  private static List<String> renewals(Lane lane, String key, Collection<Long> idleLimits) {
    return idleLimits.stream()
        .map(millis ->
            "%s @%s update @%s { %s%s }"
                .formatted(
                    key,
                    lane.set("idle_" + millis),
                    lane.set("alive"),
                    key,
                    Transaction.timeout(Duration.ofMillis(millis))))
        .toList();
  }

  private void rules(IpView view) {
    String chain = view.prefix() + "_rules";
    chains.addAll(chain, unmapped(view));
    chains.addAll(chain, rules.forPackets(view));
  }

  /** IPv4-mapped addresses match no grant and no rule. */
  static List<String> unmapped(IpView view) {
    return view.isIpv4()
        ? List.of()
        : List.of(view.load(8, 96) + " 0xffff return", view.load(24, 96) + " 0xffff return");
  }

  /**
   * Chains that count and decide, one for each reason that nft is asked to tell. Nothing that a
   * sender can choose is in the keys: a flood does not fill the set.
   */
  static void outcomes(Chains chains) {
    for (Reason reason : FrameCounts.REASONS) {
      String verdict = reason.admits() ? "accept" : "drop";
      String count = "add @frames { iifname . " + reason.code() + " . %d counter } " + verdict;
      chains.add(
          "out_" + reason,
          "@ll,96,16 { 0x8100, 0x88a8 } " + count.formatted(FrameCounts.TAGGED),
          count.formatted(FrameCounts.PLAIN),
          verdict);
    }
  }
}
