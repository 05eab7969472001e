package io.aegis.enforcer.tck;

import io.aegis.api.IpAddress;
import java.net.Inet6Address;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Reads a frame from one line: headers in order, separated by {@code " / "}, each a name, its
 * arguments, and {@code field=value} for every field that shall have another value than the
 * computed one. The Ethernet header is there by itself.
 *
 * <pre>{@code
 * ipv4 10.77.1.5 > 10.77.2.7 ttl=3 / tcp 40000 > 443 syn
 * vlan 7 / vlan 8 tpid=0x88a8 / ipv6 fd77:1::5 > fd77:2::7 / hbh / dst size=16 / udp 9 > 53
 * ipv4 10.77.1.5 > 10.77.2.7 options=01010101 / tcp 9 > 443 doff=4 / data 00ff / pad 6
 * ipv6 fd77:1::5 > fd77:2::7 / fragment 0 more / udp 9 > 53 / zeros 64
 * ipv4 10.77.1.9 > 10.77.2.7 / icmp 3 1 / ipv4 10.77.2.7 > 10.77.1.5 / tcp 443 > 40000 / cut 58
 * ether type=0x88cc / zeros 46
 * ipv4 10.77.1.5 > 10.77.2.7 / udp 9 > 53 / poke 12=0x86 13=0xdd
 * }</pre>
 *
 * <p>Also: {@code arp}, {@code routing}, {@code auth}, {@code mobility}, {@code hip}, {@code shim6}
 * (extension headers of 8 bytes unless {@code size=} says otherwise), {@code proto 47} (a payload
 * with this protocol number, hexadecimal bytes after it), {@code poke} (overwrites bytes of the
 * finished frame, where it has them). TCP flags are {@code syn}, {@code ack}, {@code fin}, {@code
 * rst}, {@code psh}; without any it is {@code ack}.
 */
public final class FrameText {
  private static final Map<String, Integer> EXTENSIONS =
      Map.of(
          "hbh",
          0,
          "routing",
          43,
          "auth",
          51,
          "dst",
          60,
          "mobility",
          135,
          "hip",
          139,
          "shim6",
          140);
  private static final List<String> FLAGS = List.of("fin", "syn", "rst", "psh", "ack");

  private final FrameBuilder frame = FrameBuilder.ethernet();

  private FrameText() {}

  /**
   * Reads a frame.
   *
   * @param text as above
   * @return a builder of it
   * @throws IllegalArgumentException if a word is not understood; the message names it
   */
  public static FrameBuilder parse(String text) {
    var reader = new FrameText();
    for (String header : text.strip().split("\\s+/\\s+", -1)) {
      reader.header(header);
    }
    return reader.frame;
  }

  private void header(String text) {
    try {
      var words = new Words(text);
      String name = words.next();
      start(name, words);
      while (words.hasNext()) {
        setting(name, words.next());
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("frame header '" + text + "': " + e.getMessage(), e);
    }
  }

  private void start(String name, Words words) {
    switch (name) {
      case "ether" -> {}
      case "vlan" -> {
        int id = words.number();
        frame.vlan(words.setting("tpid", 0x8100), id);
      }
      case "arp" -> frame.arp();
      case "ipv4" -> frame.ip(IpAddress.parse(words.next()), IpAddress.parse(words.arrow()));
      case "ipv6" -> frame.ipv6(sixteen(words.next()), sixteen(words.arrow()));
      case "fragment" -> frame.fragment(words.number(), false);
      case "tcp" -> frame.tcp(words.number(), Words.number(words.arrow()));
      case "udp" -> frame.udp(words.number(), Words.number(words.arrow()));
      case "icmp" -> frame.icmp(words.number(), words.numberOr(0));
      case "proto" -> frame.protocol(words.number(), words.hexOrNothing());
      case "data" -> frame.payload(words.hexOrNothing());
      case "zeros" -> frame.payload(new byte[words.number()]);
      case "pad" -> frame.padding(words.number());
      case "cut" -> frame.cut(words.number());
      case "poke" -> words.rest().forEach(this::poke);
      default -> {
        Integer number = EXTENSIONS.get(name);
        if (number == null) {
          throw new IllegalArgumentException("no such header");
        }
        frame.extension(number, words.setting("size", 8));
      }
    }
  }

  private void poke(String word) {
    int equals = word.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'" + word + "' is no offset=byte");
    }
    frame.poke(Words.number(word.substring(0, equals)), Words.number(word.substring(equals + 1)));
  }

  private void setting(String header, String word) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      String value = word.substring(equals + 1);
      if (word.startsWith("options=")) {
        frame.options(HexFormat.of().parseHex(value));
      } else {
        frame.with(word.substring(0, equals), Words.number(value));
      }
    } else if (header.equals("fragment") && word.equals("more")) {
      frame.with("more", 1);
    } else if (header.equals("tcp")) {
      int flags = 0;
      for (String flag : word.split(",", -1)) {
        if (!FLAGS.contains(flag)) {
          throw new IllegalArgumentException("'" + flag + "' is no flag (" + FLAGS + ")");
        }
        flags |= new int[] {0x01, 0x02, 0x04, 0x08, 0x10}[FLAGS.indexOf(flag)];
      }
      frame.with("flags", flags);
    } else {
      throw new IllegalArgumentException("'" + word + "' is not understood");
    }
  }

  /** An IPv6 address as its bytes, IPv4-mapped ones too, which {@link IpAddress} cannot hold. */
  private static byte[] sixteen(String text) {
    if (text.startsWith("::ffff:") && text.indexOf('.') > 0) {
      byte[] mapped = new byte[16];
      mapped[10] = (byte) 0xFF;
      mapped[11] = (byte) 0xFF;
      byte[] four = IpAddress.parse(text.substring("::ffff:".length())).bytes();
      System.arraycopy(four, 0, mapped, 12, 4);
      return mapped;
    }
    return Inet6Address.ofLiteral(text).getAddress();
  }

  /** The words of one header; settings that its start needs are taken out of order. */
  private static final class Words {
    private final List<String> words;

    Words(String text) {
      words = new java.util.ArrayList<>(Arrays.asList(text.strip().split("\\s+", -1)));
    }

    boolean hasNext() {
      return !words.isEmpty();
    }

    String next() {
      if (words.isEmpty()) {
        throw new IllegalArgumentException("a word is missing");
      }
      return words.removeFirst();
    }

    List<String> rest() {
      List<String> rest = List.copyOf(words);
      words.clear();
      return rest;
    }

    String arrow() {
      if (!next().equals(">")) {
        throw new IllegalArgumentException("'>' is missing");
      }
      return next();
    }

    int number() {
      return number(next());
    }

    int numberOr(int otherwise) {
      return hasNext() && words.getFirst().indexOf('=') < 0 ? number() : otherwise;
    }

    byte[] hexOrNothing() {
      return hasNext() && words.getFirst().indexOf('=') < 0
          ? HexFormat.of().parseHex(next())
          : new byte[0];
    }

    int setting(String name, int otherwise) {
      for (Iterator<String> each = words.iterator(); each.hasNext(); ) {
        String word = each.next();
        if (word.startsWith(name + "=")) {
          each.remove();
          return number(word.substring(name.length() + 1));
        }
      }
      return otherwise;
    }

    static int number(String text) {
      return Integer.decode(text);
    }
  }
}
