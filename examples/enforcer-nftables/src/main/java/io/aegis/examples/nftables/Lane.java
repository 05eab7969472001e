package io.aegis.examples.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The grants that share one set, because nft needs the same loads to find them. The protocol of an
 * IPv6 packet behind extension headers stands at no fixed place, so IPv6 needs a set for each. A
 * key has at most four parts: nft keeps the types of more in a note that is too long for the
 * kernel.
 */
enum Lane {
  /** Source, destination, protocol, port; for echo the type of the message and a zero. */
  V4(Family.IPV4),
  /**
   * Source, destination, port as two bytes: nft would take two bytes at the transport base for a
   * field of its own type, which is not that of a raw load.
   */
  TCP6(Family.IPV6),
  /** As TCP. */
  UDP6(Family.IPV6),
  /** Source, destination. */
  ECHO6(Family.IPV6);

  private static final int ICMP = 1;
  private static final int ECHO_REQUEST = 8 << 8;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final Family family;

  Lane(Family family) {
    this.family = family;
  }

  Family family() {
    return family;
  }

  /** The lane of an exact grant. */
  static Lane of(Grant grant) {
    if (grant.client().family() == Family.IPV4) {
      return V4;
    }
    return switch (grant.target().protocol()) {
      case TCP -> TCP6;
      case UDP -> UDP6;
      case ICMP_ECHO -> ECHO6;
    };
  }

  /** The set of this lane for a purpose. */
  String set(String purpose) {
    return name().toLowerCase(java.util.Locale.ROOT) + "_" + purpose;
  }

  /** The type of the keys, as nft declares it. */
  String typeOf() {
    IpView view = this == V4 ? IpView.SECOND_V4 : IpView.SECOND_V6;
    return "typeof " + (this == ECHO6 ? echoKey(view) : portKey(view));
  }

  /** The key that a packet with ports has. */
  String portKey(IpView view) {
    String addresses = view.source() + " . " + view.destination() + " . ";
    return this == V4
        ? addresses + view.protocolByte() + " . " + view.transport(16, 16)
        : addresses + view.transport(16, 8) + " . " + view.transport(24, 8);
  }

  /** The key that an echo request has. */
  String echoKey(IpView view) {
    String addresses = view.source() + " . " + view.destination();
    return this == V4
        ? addresses + " . " + view.protocolByte() + " . " + view.transport(0, 16) + " & 0xff00"
        : addresses;
  }

  /** The key of a grant, as nft reads it. */
  String key(Grant grant) {
    Target target = grant.target();
    var parts = new ArrayList<String>();
    parts.add(hex(grant.client()));
    parts.add(hex(target.prefix().address()));
    int port = target.ports().first();
    switch (this) {
      case V4 -> {
        boolean echo = target.protocol() == Protocol.ICMP_ECHO;
        parts.add(Integer.toString(protocolNumber(target.protocol())));
        parts.add(Integer.toString(echo ? ECHO_REQUEST : port));
      }
      case TCP6, UDP6 ->
          parts.addAll(List.of(Integer.toString(port >> 8), Integer.toString(port & 0xFF)));
      case ECHO6 -> {
        // The addresses are all.
      }
    }
    return String.join(" . ", parts);
  }

  private static int protocolNumber(Protocol protocol) {
    return switch (protocol) {
      case TCP -> TCP;
      case UDP -> UDP;
      case ICMP_ECHO -> ICMP;
    };
  }

  private static String hex(IpAddress address) {
    return "0x" + new BigInteger(1, address.bytes()).toString(16);
  }

  /** The client of a key that nft has listed. */
  IpAddress client(JsonNode concat) {
    return address(concat.path(0));
  }

  /** The target of a key that nft has listed. */
  Target target(JsonNode concat) {
    Protocol protocol = protocol(concat);
    Prefix service = Prefix.of(address(concat.path(1)));
    if (protocol == Protocol.ICMP_ECHO) {
      return new Target(service, protocol, PortRange.ANY);
    }
    int high = number(concat.path(2)).intValue();
    int port =
        this == V4
            ? number(concat.path(3)).intValue()
            : high << 8 | number(concat.path(3)).intValue();
    return new Target(service, protocol, PortRange.of(port));
  }

  private Protocol protocol(JsonNode concat) {
    return switch (this) {
      case TCP6 -> Protocol.TCP;
      case UDP6 -> Protocol.UDP;
      case ECHO6 -> Protocol.ICMP_ECHO;
      case V4 ->
          switch (number(concat.path(2)).intValue()) {
            case TCP -> Protocol.TCP;
            case UDP -> Protocol.UDP;
            default -> Protocol.ICMP_ECHO;
          };
    };
  }

  private IpAddress address(JsonNode value) {
    byte[] bytes = new byte[family == Family.IPV4 ? 4 : 16];
    byte[] digits = number(value).toByteArray();
    int length = Math.min(digits.length, bytes.length); // a leading zero byte may be one too many
    System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
    return IpAddress.of(bytes);
  }

  /** nft writes small numbers as such and large ones as text. */
  private static BigInteger number(JsonNode value) {
    return value.isTextual()
        ? new BigInteger(value.asText().substring(2), 16)
        : value.bigIntegerValue();
  }
}
