package io.aegis.examples.nftables;

import io.aegis.enforcer.spi.InterfaceSettings;
import java.util.List;

/**
 * The chains that read headers, rows 1 and 5 to 8 of the verdict table, up to the chains of {@link
 * GrantChains}. A packet that leaves them without an admitting rule comes back to the base chain,
 * which drops it.
 */
final class PacketChains {
  private static final String LINK_LOCAL_GROUP = " 0xff02 ";
  private static final String LINK_LOCAL = " & 0xffc0 == 0xfe80 ";

  private final Chains chains;
  private final StaticRules rules;
  private final List<InterfaceSettings> interfaces;

  PacketChains(Chains chains, StaticRules rules, List<InterfaceSettings> interfaces) {
    this.chains = chains;
    this.rules = rules;
    this.interfaces = interfaces;
  }

  void build() {
    ipv4();
    ipv6();
    second(IpView.SECOND_V4);
    second(IpView.SECOND_V6);
    messages(IpView.V6);
    messages(IpView.SECOND_V6);
  }

  /** The kernel has checked version, header length and total length where it tells l4proto. */
  private void ipv4() {
    IpView view = IpView.V4;
    chains.add(
        "v4",
        view.load(0, 8) + " 0x45 " + view.load(6, 16) + " & 0x3fff == 0 goto v4_whole",
        view.load(0, 8) + " 0x45 goto v4_fragment");
    leaf("v4_whole", view, view.headerLength());
    String later = view.load(6, 16) + " & 0x1fff != 0 meta l4proto ";
    chains.add("v4_fragment", later + "<= 127 goto v4_part", later + ">= 128 goto v4_part");
    String first = view.load(6, 16) + " & 0x1fff == 0 ";
    Shape.wholeTcp(view, view.headerLength())
        .forEach(match -> chains.add("v4_fragment", first + match + " goto v4_part"));
    chains.add(
        "v4_fragment",
        first + Shape.wholeUdp(view, view.headerLength()) + " goto v4_part",
        first + Shape.wholeIcmp(view, view.headerLength()) + " goto v4_part",
        first + Shape.opaque(view, view.headerLength()) + " goto v4_part");
    chains.begin("v4_part");
    chains.addAll("v4_part", rules.forFragments(view, view::protocolIs));
  }

  private void ipv6() {
    IpView view = IpView.V6;
    chains.add(
        "v6",
        view.load(0, 4) + " 6 meta l4proto <= 127 goto walk",
        view.load(0, 4) + " 6 meta l4proto >= 128 goto walk");
    boolean parts = rules.admitFragments(view.family());
    if (parts) {
      // The kernel tells no l4proto for a fragment that names an extension header.
      Shape.fits(view)
          .forEach(fit -> chains.add("v6", view.load(0, 4) + " 6 " + fit + "goto walk"));
    }
    new ExtensionWalk(chains, rules, parts).build();
  }

  /** Behind a second tag only packets without fragments, options and extension headers pass. */
  private void second(IpView view) {
    String first = view.isIpv4() ? view.load(0, 8) + " 0x45 " : view.load(0, 4) + " 6 ";
    String whole =
        view.isIpv4()
            ? view.load(6, 16) + " & 0x3fff == 0 "
            : view.protocolByte() + " != { " + Shape.EXTENSIONS + " } ";
    chains.add(view.prefix(), first + whole + "goto " + view.prefix() + "_fit");
    for (String fit : Shape.fits(view)) {
      chains.add(view.prefix() + "_fit", fit + "goto " + view.prefix() + "_whole");
    }
    leaf(view.prefix() + "_whole", view, view.counted());
  }

  /** A packet whose transport header stands {@code before} counted bytes behind the beginning. */
  private void leaf(String chain, IpView view, int before) {
    leaf(chains, chain, view, before);
  }

  static void leaf(Chains chains, String chain, IpView view, int before) {
    String tcp = " goto " + view.prefix() + (view.isIpv4() ? "_ports" : "_tcp");
    String udp = " goto " + view.prefix() + (view.isIpv4() ? "_ports" : "_udp");
    Shape.wholeTcp(view, before).forEach(match -> chains.add(chain, match + tcp));
    chains.add(chain, Shape.wholeUdp(view, before) + udp);
    String icmp = Shape.wholeIcmp(view, before);
    if (view.isIpv4()) {
      chains.add(chain, icmp + " " + view.transport(0, 8) + " 8 goto " + view.prefix() + "_echo");
      chains.add(chain, icmp + " goto " + view.prefix() + "_rules");
    } else {
      chains.add(chain, icmp + " goto " + view.prefix() + "_messages");
    }
    chains.add(chain, Shape.opaque(view, before) + " goto " + view.prefix() + "_rules");
  }

  /** Row 8, and the way on for every other message. */
  private void messages(IpView view) {
    String chain = view.prefix() + "_messages";
    String hop = view.load(7, 8);
    String type = " " + view.transport(0, 8);
    String top = view.load(24, 16);
    String admit = " goto out_NEIGHBOUR";
    for (String scope : List.of(top + LINK_LOCAL_GROUP, top + LINK_LOCAL)) {
      chains.add(chain, scope + hop + " 255" + type + " { 133, 135, 136 }" + admit);
      chains.add(chain, scope + hop + " 1" + type + " { 130, 131, 132, 143 }" + admit);
    }
    for (InterfaceSettings each : interfaces) {
      if (each.acceptRouters()) {
        for (String scope : List.of(top + LINK_LOCAL_GROUP, top + LINK_LOCAL)) {
          String on = "iifname \"" + each.name() + "\" ";
          chains.add(chain, on + scope + hop + " 255" + type + " 134" + admit);
        }
      }
    }
    if (!view.second()) {
      // docs/adr/0009: discovery by unicast for the gateway's own addresses, and no others.
      chains.add(chain, hop + " 255" + type + " { 133, 135, 136 } fib daddr type local" + admit);
    }
    chains.add(chain, type.strip() + " 128 goto " + view.prefix() + "_echo");
    chains.add(chain, "goto " + view.prefix() + "_rules");
  }
}
