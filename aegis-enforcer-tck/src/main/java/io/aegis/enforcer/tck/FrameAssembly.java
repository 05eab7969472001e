package io.aegis.enforcer.tck;

import io.aegis.enforcer.tck.FrameLayer.Kind;
import java.util.Arrays;
import java.util.List;

/**
 * Turns layers into bytes, from the last to the first: computes what each header says about what
 * follows it, lengths, protocol numbers and checksums, wherever no other value is fixed.
 */
final class FrameAssembly {
  private static final int NO_NEXT_HEADER = 59;
  private static final int UNASSIGNED_PROTOCOL = 255;
  private static final int ICMPV6 = 58;

  private FrameAssembly() {}

  static byte[] bytes(List<FrameLayer> layers) {
    byte[] body = {};
    for (int i = layers.size() - 1; i >= 0; i--) {
      FrameLayer layer = layers.get(i);
      complete(layer, i + 1 < layers.size() ? layers.get(i + 1) : null, body.length);
      if (layer.kind.isIp()) {
        patchTransport(layer, layers.subList(i + 1, layers.size()), body);
      }
      body = FrameLayer.concat(checked(layer, body), body);
    }
    return body;
  }

  private static void complete(
      FrameLayer layer, @org.jspecify.annotations.Nullable FrameLayer next, int bodyLength) {
    String nextField = layer.kind.nextField();
    if (!nextField.isEmpty()) {
      layer.compute(
          nextField, next != null && next.number >= 0 ? numberOf(next, layer) : nothing(layer));
    }
    switch (layer.kind) {
      case IPV4 -> {
        layer.compute("ihl", layer.length() / 4);
        layer.compute("length", layer.length() + bodyLength);
      }
      case IPV6 -> layer.compute("length", bodyLength);
      case EXTENSION -> layer.compute("length", layer.length() / 8 - 1);
      case TCP -> layer.compute("doff", layer.length() / 4);
      case UDP -> layer.compute("length", layer.length() + bodyLength);
      case ETHERNET, VLAN, ARP, FRAGMENT, ICMP, PAYLOAD -> {}
    }
  }

  /** An IP header has one number as an EtherType and another inside a tunnel. */
  private static int numberOf(FrameLayer layer, FrameLayer under) {
    boolean inFrame = under.kind == Kind.ETHERNET || under.kind == Kind.VLAN;
    return switch (layer.kind) {
      case IPV4 -> inFrame ? layer.number : 4;
      case IPV6 -> inFrame ? layer.number : 41;
      default -> layer.number;
    };
  }

  private static int nothing(FrameLayer layer) {
    return switch (layer.kind) {
      case IPV4 -> UNASSIGNED_PROTOCOL;
      case IPV6, EXTENSION, FRAGMENT -> NO_NEXT_HEADER;
      default -> 0;
    };
  }

  /** The header, with a checksum over itself alone where the protocol has one. */
  private static byte[] checked(FrameLayer layer, byte[] body) {
    if (layer.isFixed("checksum")) {
      return layer.header();
    }
    if (layer.kind == Kind.IPV4) {
      layer.compute("checksum", 0);
      layer.compute("checksum", Checksum.of(layer.header()));
    } else if (layer.kind == Kind.ICMP && layer.number != ICMPV6) {
      layer.compute("checksum", 0);
      layer.compute("checksum", Checksum.of(FrameLayer.concat(layer.header(), body)));
    }
    return layer.header();
  }

  /** Writes the checksum that covers addresses of {@code ip} into the transport header in body. */
  private static void patchTransport(FrameLayer ip, List<FrameLayer> rest, byte[] body) {
    int at = 0;
    for (FrameLayer layer : rest) {
      switch (layer.kind) {
        case EXTENSION, FRAGMENT -> at += layer.length();
        case TCP, UDP, ICMP -> {
          patch(ip, layer, at, body);
          return;
        }
        default -> {
          return;
        }
      }
    }
  }

  private static void patch(FrameLayer ip, FrameLayer layer, int at, byte[] body) {
    int checksumAt =
        at
            + switch (layer.kind) {
              case TCP -> 16;
              case UDP -> 6;
              default -> 2;
            };
    boolean ownChecksum = layer.kind == Kind.ICMP && layer.number != ICMPV6;
    if (layer.isFixed("checksum") || ownChecksum) {
      return;
    }
    byte[] segment = Arrays.copyOfRange(body, at, body.length);
    byte[] pseudo =
        FrameLayer.concat(
            ip.tail,
            new byte[] {
              0, (byte) layer.number, (byte) (segment.length >> 8), (byte) segment.length
            });
    int sum = Checksum.of(FrameLayer.concat(pseudo, segment));
    if (layer.kind == Kind.UDP && sum == 0) {
      sum = 0xFFFF; // zero would say that there is no checksum (RFC 768)
    }
    body[checksumAt] = (byte) (sum >> 8);
    body[checksumAt + 1] = (byte) sum;
  }
}
