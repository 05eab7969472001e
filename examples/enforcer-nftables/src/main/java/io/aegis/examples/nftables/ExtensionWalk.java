package io.aegis.examples.nftables;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows 6 and 7: walks IPv6 extension headers as docs/adr/0007 says. nft keeps no variables, so
 * where the walk stands is the chain that it is in: {@code options_N_O} and {@code atomic_N_O} are
 * header number N at O times 8 bytes behind the IPv6 header, {@code leaf_O} is the transport header
 * there. At most four headers of 128 bytes in all are 113 such chains, of which a packet visits
 * five.
 *
 * <p>A header that claims more than the datagram has is not found out where it stands: a leaf asks
 * whether the datagram reaches as far as itself, and offsets only grow.
 */
final class ExtensionWalk {
  private static final IpView VIEW = IpView.V6;
  private static final int MOST_HEADERS = 4;
  private static final int MOST_UNITS = 16;
  private static final int UNIT = 8;
  private static final int OPTIONS = 60;
  private static final int FRAGMENT = 44;
  private static final int TCP_DATA_OFFSET = 12;

  private final Chains chains;
  private final StaticRules rules;
  private final boolean parts;

  ExtensionWalk(Chains chains, StaticRules rules, boolean parts) {
    this.chains = chains;
    this.rules = rules;
    this.parts = parts;
  }

  void build() {
    String next = VIEW.protocolByte();
    chains.add(
        "walk",
        next + " vmap { 0 : goto options_0_0, 60 : goto options_0_0, 44 : goto atomic_0_0 }",
        next + " != { " + Shape.EXTENSIONS + " } goto leaf_0");
    for (int units = 0; units <= MOST_UNITS; units++) {
      PacketChains.leaf(chains, "leaf_" + units, VIEW, units * UNIT);
    }
    for (int header = 0; header < MOST_HEADERS; header++) {
      int last = header == 0 ? 0 : MOST_UNITS - 1;
      for (int units = header; units <= last; units++) {
        options(header, units);
        atomic(header, units);
      }
    }
    for (int units = 0; units < MOST_UNITS; units++) {
      part(units);
    }
  }

  private static int at(int units) {
    return VIEW.headerLength() + units * UNIT;
  }

  /** Hop-by-Hop or Destination Options. */
  private void options(int header, int units) {
    String chain = "options_" + header + "_" + units;
    var onward = new ArrayList<String>();
    var leaves = new ArrayList<String>();
    for (int length = 0; units + length + 1 <= MOST_UNITS; length++) {
      int behind = units + length + 1;
      leaves.add(length + " : goto leaf_" + behind);
      if (header + 1 < MOST_HEADERS && behind < MOST_UNITS) {
        onward.add((OPTIONS << 8 | length) + " : goto options_" + (header + 1) + "_" + behind);
        onward.add((FRAGMENT << 8 | length) + " : goto atomic_" + (header + 1) + "_" + behind);
      }
    }
    if (!onward.isEmpty()) {
      chains.add(chain, VIEW.load(at(units), 16) + vmap(onward));
    }
    chains.add(chain, isTransport(units) + VIEW.load(at(units) + 1, 8) + vmap(leaves));
  }

  /** A Fragment header, atomic or not. */
  private void atomic(int header, int units) {
    String chain = "atomic_" + header + "_" + units;
    chains.add(chain, VIEW.load(at(units) + 2, 16) + " & 0xfff9 != 0 goto part_" + units);
    int behind = units + 1;
    if (header + 1 < MOST_HEADERS && behind < MOST_UNITS) {
      List<String> onward =
          List.of(
              OPTIONS + " : goto options_" + (header + 1) + "_" + behind,
              FRAGMENT + " : goto atomic_" + (header + 1) + "_" + behind);
      chains.add(chain, VIEW.load(at(units), 8) + vmap(onward));
    }
    chains.add(chain, isTransport(units) + "goto leaf_" + behind);
  }

  private static String isTransport(int units) {
    return VIEW.load(at(units), 8) + " != { " + Shape.EXTENSIONS + " } ";
  }

  private static String vmap(List<String> elements) {
    return " vmap { " + String.join(", ", elements) + " }";
  }

  /** A fragment whose header stands there. Everything is at a known place, and read from there. */
  private void part(int units) {
    String chain = "part_" + units;
    chains.begin(chain);
    if (!parts) {
      return;
    }
    String next = VIEW.load(at(units), 8);
    int before = (units + 1) * UNIT;
    String there = " " + Shape.atLeast(VIEW, before);
    String offset = VIEW.load(at(units) + 2, 16) + " & 0xfff8";
    String first = offset + " == 0 ";
    String onward = " goto rules_part_" + units;
    chains.add(chain, offset + " != 0" + there + onward);
    String dataOffset = VIEW.load(at(units + 1) + TCP_DATA_OFFSET, 4);
    Shape.wholeTcp(VIEW, next + " " + Shape.TCP, dataOffset, before)
        .forEach(match -> chains.add(chain, first + match + onward));
    String headers = " { " + Shape.UDP + ", " + Shape.ICMPV6 + " } ";
    chains.add(chain, first + next + headers + Shape.atLeast(VIEW, before + UNIT) + onward);
    chains.add(chain, first + next + " != { 6, 17, 58 }" + there + onward);
    String rulesChain = "rules_part_" + units;
    chains.addAll(rulesChain, GrantChains.unmapped(VIEW));
    chains.addAll(rulesChain, rules.forFragments(VIEW, number -> next + " " + number));
  }
}
