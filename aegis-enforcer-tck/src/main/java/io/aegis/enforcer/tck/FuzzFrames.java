package io.aegis.enforcer.tck;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Generates frames, as {@link FrameText}: most of them aimed at what is in force, all with any
 * number of defects, some cut at every length, some of random bytes alone. For one case.
 */
final class FuzzFrames {
  private static final int LEAST = 14;
  private static final int SMALL_CUT = 130;
  private static final int JUMBO = 8_900;
  private static final int ETHERNET_MTU = 1514;

  private final Dice dice;
  private final List<Aim> aims;
  private final FuzzHeaders headers;
  private final int longest;
  private final boolean bothWays;

  /** Who talks to whom; the protocol as a grant or a rule names it. */
  record Aim(boolean v6, String client, String service, String protocol, String port) {}

  /**
   * Prepares.
   *
   * @param scene the lines of the case
   * @param prober what the frames are for
   */
  FuzzFrames(Dice dice, List<String> scene, FrameProber prober) {
    this.dice = dice;
    longest = prober.longestFrame();
    bothWays = prober.capabilities().contains(Capability.EGRESS);
    headers = new FuzzHeaders(dice);
    aims =
        scene.stream()
            .filter(line -> line.startsWith("grant ") || line.startsWith("rule "))
            .map(this::aimAt)
            .toList();
  }

  private Aim aimAt(String line) {
    boolean leaving = line.startsWith("rule leaving ");
    List<String> words = List.of(line.replace("rule leaving ", "rule ").split(" ", -1));
    boolean grant = line.startsWith("grant ");
    String source = words.get(grant ? 2 : leaving ? 3 : 1);
    boolean v6 = source.indexOf(':') >= 0;
    String protocol = words.get(4);
    String target = words.get(grant ? 5 : leaving ? 1 : 3);
    int port = words.indexOf("port");
    return new Aim(
        v6,
        address(source, v6 ? FuzzWorld.CLIENTS6 : FuzzWorld.CLIENTS),
        address(target, v6 ? FuzzWorld.SERVICES6 : FuzzWorld.SERVICES),
        protocol,
        port < 0 ? FuzzWorld.port(dice) : inRange(words.get(port + 1)));
  }

  private String address(String prefix, List<String> known) {
    return prefix.indexOf('/') < 0 ? prefix : dice.of(known);
  }

  private String inRange(String ports) {
    int dash = ports.indexOf('-');
    return ports.equals("any")
        ? FuzzWorld.port(dice)
        : dash < 0 ? ports : dice.of(ports.substring(0, dash), ports.substring(dash + 1));
  }

  /** A number of frames, as lines; a few more where one is cut at every length. */
  List<String> some(int count) {
    var frames = new ArrayList<String>();
    while (frames.size() < count) {
      Direction way = bothWays && dice.once(3) ? Direction.EGRESS : Direction.INGRESS;
      String frame = Sent.line(way, frame(way));
      byte[] bytes = Sent.of(frame).frame();
      if (bytes.length < least(way, bytes) || bytes.length > most(way)) {
        continue;
      }
      frames.add(frame);
      if (dice.once(200)) {
        for (int cut = least(way, bytes); cut < Math.min(bytes.length, SMALL_CUT); cut++) {
          frames.add(frame + " / cut " + cut);
        }
      }
    }
    return frames;
  }

  /** Says of which frames it generates none, for an enforcer that can do so much. */
  static String leftOut(Set<Capability> capabilities) {
    return capabilities.contains(Capability.EGRESS)
        ? "frames that leave and end in their Ethernet or IP header, or are longer than %,d bytes"
            .formatted(ETHERNET_MTU)
        : "all that leaves, which this enforcer does not filter";
  }

  /**
   * What leaves is tested in a socket buffer, which the kernel makes of no frame that ends in its
   * Ethernet or IP header, nor of a very long one.
   */
  private static int least(Direction way, byte[] frame) {
    if (way == Direction.INGRESS) {
      return LEAST;
    }
    int type =
        frame.length < LEAST ? 0 : (frame[LEAST - 2] & 0xFF) << 8 | (frame[LEAST - 1] & 0xFF);
    return LEAST
        + switch (type) {
          case 0x0800 -> 20;
          case 0x86DD -> 40;
          default -> 1;
        };
  }

  private int most(Direction way) {
    return way == Direction.INGRESS ? longest : ETHERNET_MTU;
  }

  private String frame(Direction way) {
    var text = new ArrayList<String>();
    if (dice.once(20)) {
      text.add(randomBytes());
    } else {
      tags(text);
      if (dice.once(25)) {
        noPacket(text);
      } else {
        packet(text, way);
      }
      defects(text);
    }
    return String.join(" / ", text);
  }

  private Aim aim() {
    if (!aims.isEmpty() && !dice.once(4)) {
      Aim aim = dice.of(aims);
      return dice.once(5) ? astray(aim) : aim;
    }
    boolean v6 = dice.once(2);
    return new Aim(
        v6,
        FuzzWorld.client(dice, v6),
        FuzzWorld.service(dice, v6),
        dice.of("tcp", "udp", "icmp-echo"),
        FuzzWorld.port(dice));
  }

  /** Beside the aim, by one thing. */
  private Aim astray(Aim aim) {
    boolean v6 = aim.v6;
    return switch (dice.from(0, 3)) {
      case 0 -> new Aim(v6, FuzzWorld.client(dice, v6), aim.service, aim.protocol, aim.port);
      case 1 -> new Aim(v6, aim.client, FuzzWorld.service(dice, v6), aim.protocol, aim.port);
      case 2 -> new Aim(v6, aim.client, aim.service, dice.of("tcp", "udp"), aim.port);
      default -> new Aim(v6, aim.client, aim.service, aim.protocol, FuzzWorld.port(dice));
    };
  }

  private void tags(List<String> text) {
    int tags = dice.once(4) ? dice.from(1, dice.from(1, 4)) : 0;
    for (int i = 0; i < tags; i++) {
      text.add("vlan " + dice.from(0, 4095) + dice.of("", " tpid=0x88a8", " tpid=0x8100"));
    }
  }

  private void noPacket(List<String> text) {
    if (dice.once(2)) {
      text.add("arp" + dice.of("", " operation=2", " hardware=6", " protocol=0x86dd"));
    } else {
      text.addFirst("ether type=" + dice.of("0x8809", "0x888e", "0x88cc", "0x88cb", "0x0801"));
      text.add("zeros " + dice.from(0, 46));
    }
  }

  private void packet(List<String> text, Direction way) {
    Aim aim = aim();
    boolean reply = way == Direction.EGRESS && !dice.once(6);
    switch (dice.from(0, 19)) {
      case 0, 1, 2 -> headers.error(text, aim, reply);
      case 3, 4 -> headers.neighbour(text);
      case 5 -> headers.tunnel(text, aim);
      default -> headers.packet(text, aim, reply);
    }
    if (dice.once(4)) {
      text.add("zeros " + (dice.once(15) ? room(JUMBO) : dice.from(0, 40)));
    }
  }

  private int room(int wanted) {
    return longest > ETHERNET_MTU ? wanted : dice.from(100, 1200);
  }

  private void defects(List<String> text) {
    if (dice.once(6)) {
      text.add("pad " + dice.from(1, 40));
    }
    if (dice.once(10)) {
      text.add("cut " + dice.from(LEAST, SMALL_CUT));
    }
    if (dice.once(4)) {
      var pokes = new StringBuilder("poke");
      for (int i = dice.from(1, 3); i > 0; i--) {
        int at = dice.from(12, dice.once(2) ? 40 : 100);
        pokes.append(String.format(Locale.ROOT, " %d=0x%02x", at, dice.from(0, 255)));
      }
      text.add(pokes.toString());
    }
  }

  private String randomBytes() {
    String type = dice.of("0x0800", "0x86dd", "0x0806", "0x8100", "0x88a8", "0x88cc", "0x8809");
    if (dice.once(6)) {
      type = "0x" + dice.hex(2);
    }
    // The version nibble is right more often than chance would have it.
    String first = dice.of("45", "45", "46", "4f", "44", "60", "60", "6a", dice.hex(1));
    return "ether type=" + type + " / data " + first + dice.hex(dice.from(0, 120));
  }
}
