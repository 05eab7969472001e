package io.aegis.enforcer.tck;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One header of a frame under construction: fields by name, each with a computed value unless
 * somebody has fixed another one. Not thread-safe.
 */
final class FrameLayer {

  /**
   * The headers, each with its fields in wire order as {@code name:bits}, most significant first.
   */
  enum Kind {
    ETHERNET("destinationHigh:16 destinationLow:32 sourceHigh:16 sourceLow:32 type:16"),
    VLAN("priority:3 drop:1 id:12 type:16"),
    ARP("hardware:16 protocol:16 hlen:8 plen:8 operation:16"),
    IPV4(
        "version:4 ihl:4 tos:8 length:16 id:16 reserved:1 df:1 more:1 offset:13"
            + " ttl:8 protocol:8 checksum:16"),
    IPV6("version:4 class:8 flow:20 length:16 next:8 hop:8"),
    EXTENSION("next:8 length:8"),
    FRAGMENT("next:8 reserved:8 offset:13 unused:2 more:1 id:32"),
    TCP(
        "source:16 destination:16 sequence:32 acknowledgment:32 doff:4 reserved:4 flags:8"
            + " window:16 checksum:16 urgent:16"),
    UDP("source:16 destination:16 length:16 checksum:16"),
    ICMP("type:8 code:8 checksum:16 rest:32"),
    PAYLOAD("");

    private final String layout;

    Kind(String layout) {
      this.layout = layout;
    }

    /** The field that names what follows, or the empty string. */
    String nextField() {
      return switch (this) {
        case ETHERNET, VLAN -> "type";
        case IPV4 -> "protocol";
        case IPV6, EXTENSION, FRAGMENT -> "next";
        case ARP, TCP, UDP, ICMP, PAYLOAD -> "";
      };
    }

    boolean isIp() {
      return this == IPV4 || this == IPV6;
    }
  }

  private static final Map<Kind, HeaderLayout> LAYOUTS = new EnumMap<>(Kind.class);

  static {
    for (Kind kind : Kind.values()) {
      LAYOUTS.put(kind, HeaderLayout.of(kind.layout));
    }
  }

  final Kind kind;

  /** EtherType or protocol number by which the header before names this one; −1 for none. */
  final int number;

  /** What follows the named fields: addresses, options, or a payload. */
  byte[] tail = {};

  private final HeaderLayout layout;
  private final Map<String, Long> fixed = new HashMap<>();
  private final Map<String, Long> computed = new HashMap<>();

  FrameLayer(Kind kind, int number) {
    this.kind = kind;
    layout = requireNonNull(LAYOUTS.get(kind));
    this.number = number;
  }

  FrameLayer tail(byte[] bytes) {
    tail = bytes.clone();
    return this;
  }

  FrameLayer fix(String field, long value) {
    HeaderLayout.Field place = layout.fields().get(field);
    if (place == null) {
      throw new IllegalArgumentException(
          kind.name().toLowerCase(Locale.ROOT)
              + " has no field '"
              + field
              + "' (it has "
              + String.join(", ", layout.fields().keySet())
              + ")");
    }
    if (value < 0 || value >>> place.width() != 0) {
      throw new IllegalArgumentException(field + " has " + place.width() + " bits: " + value);
    }
    fixed.put(field, value);
    return this;
  }

  void compute(String field, long value) {
    computed.put(field, value);
  }

  boolean isFixed(String field) {
    return fixed.containsKey(field);
  }

  long value(String field) {
    Long value = fixed.get(field);
    return value != null ? value : computed.getOrDefault(field, 0L);
  }

  int length() {
    return layout.bits() / 8 + tail.length;
  }

  /** This header as it stands. */
  byte[] header() {
    byte[] header = new byte[length()];
    layout.fields().forEach((name, field) -> field.write(header, value(name)));
    System.arraycopy(tail, 0, header, layout.bits() / 8, tail.length);
    return header;
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
