package io.aegis.examples.nftables;

import java.util.ArrayList;
import java.util.List;

/**
 * Matches for packets whose lengths agree: with the frame, and with their transport header.
 *
 * <p>nft compares fields with constants only. So "the options of TCP end within the datagram" is a
 * match for each of the eleven data offsets, and "the datagram ends within the frame", which the
 * kernel checks for {@code meta l4proto} but not behind a second tag, is a lookup of both lengths
 * byte by byte: they are equal, or the frame is one of those that Ethernet pads.
 */
final class Shape {
  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;

  /** All IPv6 extension headers, which are no transport protocols (docs/adr/0007). */
  static final String EXTENSIONS = "0, 43, 44, 51, 60, 135, 139, 140";

  private static final int UDP_HEADER = 8;
  private static final int ICMP_HEADER = 8;
  private static final int LEAST_DATA_OFFSET = 5;
  private static final int MOST_DATA_OFFSET = 15;

  /** What is left of a frame that was padded to 60 or 64 bytes, from the network header on. */
  private static final int MOST_PADDED = 64;

  private Shape() {}

  /** Matches of a whole TCP header that {@code before} bytes precede in the counted length. */
  static List<String> wholeTcp(IpView view, String protocolIsTcp, String dataOffset, int before) {
    var matches = new ArrayList<String>();
    for (int words = LEAST_DATA_OFFSET; words <= MOST_DATA_OFFSET; words++) {
      matches.add(
          "%s %s %d %s"
              .formatted(protocolIsTcp, dataOffset, words, atLeast(view, before + 4 * words)));
    }
    return matches;
  }

  static List<String> wholeTcp(IpView view, int before) {
    return wholeTcp(view, view.protocolIs(TCP), view.transport(96, 4), before);
  }

  static String wholeUdp(IpView view, int before) {
    return view.protocolIs(UDP) + " " + atLeast(view, before + UDP_HEADER);
  }

  static String wholeIcmp(IpView view, int before) {
    int number = view.isIpv4() ? ICMP : ICMPV6;
    return view.protocolIs(number) + " " + atLeast(view, before + ICMP_HEADER);
  }

  /** Every other protocol has no header that could be cut. */
  static String opaque(IpView view, int before) {
    return view.protocolIsNone(view.isIpv4() ? "1, 6, 17" : "6, 17, 58")
        + " "
        + atLeast(view, before);
  }

  static String atLeast(IpView view, int bytes) {
    return view.length() + " >= " + bytes;
  }

  /** Matches of packets that end within the frame, without help by the kernel. */
  static List<String> fits(IpView view) {
    int more = view.shift() + (view.isIpv4() ? 0 : view.headerLength());
    int at = view.isIpv4() ? 2 : 4;
    String high = view.load(at, 8);
    String low = view.load(at + 1, 8);
    var same = new ArrayList<String>();
    var carried = new ArrayList<String>();
    var next = new ArrayList<String>();
    var wrapped = new ArrayList<String>();
    for (int n = 0; n < 256; n++) {
      same.add(n * 256 + " . " + n);
      if (n > 0) {
        next.add(n * 256 + " . " + (n - 1));
      }
      int sum = n + more;
      (sum < 256 ? carried : wrapped).add((sum & 0xFF) + " . " + n);
    }
    var padded = new ArrayList<String>();
    for (int frame = more; frame <= MOST_PADDED; frame++) {
      padded.add(frame + " . 0-" + (frame - more));
    }
    String block = "meta length & 0xffffff00 . ";
    String rest = "meta length & 0xff . ";
    return List.of(
        block + high + set(same) + rest + low + set(carried),
        block + high + set(next) + rest + low + set(wrapped),
        "meta length . " + view.load(at, 16) + set(padded));
  }

  private static String set(List<String> elements) {
    return " { " + String.join(", ", elements) + " } ";
  }
}
