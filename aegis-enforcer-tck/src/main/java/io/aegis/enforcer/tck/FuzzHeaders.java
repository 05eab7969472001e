package io.aegis.enforcer.tck;

import io.aegis.enforcer.tck.FuzzFrames.Aim;
import java.util.List;

/** Generates the headers of IP packets, as {@link FrameText}. */
final class FuzzHeaders {
  private static final int MOST_EXTENSIONS = 6;

  private final Dice dice;

  FuzzHeaders(Dice dice) {
    this.dice = dice;
  }

  /** A packet from the client to the service, or the other way. */
  void packet(List<String> text, Aim aim, boolean reply) {
    between(text, aim, reply);
    if (aim.v6()) {
      extensions(text);
    }
    transport(text, aim, reply);
  }

  private void between(List<String> text, Aim aim, boolean reply) {
    String from = reply ? aim.service() : aim.client();
    ip(text, aim.v6(), from, reply ? aim.client() : aim.service(), "");
  }

  /** A packet in a packet that is aimed at something. */
  void tunnel(List<String> text, Aim aim) {
    if (dice.once(2)) {
      boolean v6 = dice.once(2);
      ip(text, v6, FuzzWorld.client(dice, v6), FuzzWorld.service(dice, v6), "");
      packet(text, aim, dice.once(2));
    } else {
      between(text, aim, dice.once(2));
      String number = dice.of("4", "41", "47", "50", "51", "59", "132", "0", "255", "1", "58");
      text.add("proto " + number + " " + dice.hex(dice.from(0, 32)));
    }
  }

  /**
   * An ICMP error about a packet of what is aimed at, mostly one that goes the other way than the
   * error; not always to where that came from.
   */
  void error(List<String> text, Aim aim, boolean reply) {
    boolean v6 = aim.v6();
    boolean aboutReply = reply == dice.once(10);
    String sender = aboutReply ? aim.service() : aim.client();
    String to = dice.once(8) ? FuzzWorld.service(dice, v6) : sender;
    ip(text, v6, FuzzWorld.client(dice, v6), to, "");
    if (v6 && dice.once(6)) {
      extensions(text);
    }
    String type = v6 ? dice.of("1", "2", "3", "4", "0", "5") : dice.of("3", "11", "12", "3", "4");
    text.add("icmp " + type + " " + dice.from(0, 5));
    between(text, aim, aboutReply);
    if (v6 && dice.once(10)) {
      extensions(text);
    }
    transport(text, aim, aboutReply);
    if (dice.once(5)) {
      text.add("cut " + dice.from(42, 110));
    }
  }

  /** Neighbour discovery and multicast listeners, to where they belong and elsewhere. */
  void neighbour(List<String> text) {
    String hop = " hop=" + dice.of("255", "255", "1", "254", "64");
    String from = dice.once(2) ? "fe80::5" : FuzzWorld.client(dice, true);
    ip(text, true, from, FuzzWorld.group(dice), hop);
    if (dice.once(5)) {
      extensions(text);
    }
    text.add("icmp " + dice.of("133", "134", "135", "136", "137", "130", "131", "132", "143"));
    text.add("zeros " + dice.from(0, 24));
  }

  private void ip(List<String> text, boolean v6, String from, String to, String more) {
    text.add((v6 ? "ipv6 " : "ipv4 ") + from + " > " + to + more + (v6 ? fields6() : fields()));
  }

  private String fields() {
    var fields = new StringBuilder();
    switch (dice.from(0, 39)) {
      case 0 -> fields.append(" ihl=").append(dice.from(0, 15));
      case 1 -> fields.append(" length=").append(dice.from(0, 100));
      case 2 -> fields.append(" version=").append(dice.from(0, 15));
      case 3, 4 -> fields.append(" options=").append(dice.hex(4 * dice.from(1, 10)));
      case 5 -> fields.append(" more=1");
      case 6, 7 -> fields.append(" offset=").append(dice.of("1", "2", "7", "8191"));
      case 8 -> fields.append(" more=1 offset=").append(dice.from(1, 100));
      case 9 -> fields.append(" reserved=1 df=1");
      case 10 -> fields.append(" length=").append(dice.of("65535", "1500", "19", "20", "21"));
      case 11 -> fields.append(" protocol=").append(dice.from(0, 255));
      case 12 -> fields.append(" df=1");
      default -> {}
    }
    return fields.toString();
  }

  private String fields6() {
    return switch (dice.from(0, 29)) {
      case 0 -> " version=" + dice.from(0, 15);
      case 1 -> " length=" + dice.from(0, 100);
      case 2 -> " next=" + dice.from(0, 255);
      case 3 -> " length=" + dice.of("65535", "0", "8", "19", "20");
      case 4 -> " class=255 flow=1048575";
      default -> "";
    };
  }

  private void extensions(List<String> text) {
    int count = dice.once(3) ? dice.from(1, MOST_EXTENSIONS) : 0;
    for (int i = 0; i < count; i++) {
      text.add(extension(i));
    }
  }

  private String extension(int before) {
    if (dice.once(4)) {
      return dice.of("fragment 0", "fragment 0", "fragment 0 more", "fragment 1", "fragment 9 more")
          + dice.of("", "", " unused=3", " reserved=5", " next=44");
    }
    String name =
        before == 0 && dice.once(2)
            ? "hbh"
            : dice.once(5) ? dice.of("routing", "auth", "mobility", "hip", "shim6", "hbh") : "dst";
    String size =
        dice.once(2) ? "" : " size=" + dice.of("8", "16", "24", "64", "120", "128", "136");
    return name
        + size
        + switch (dice.from(0, 19)) {
          case 0 -> " length=" + dice.from(0, 255);
          case 1 -> " next=" + dice.from(0, 255);
          case 2 -> " next=" + dice.of("0", "6", "17", "43", "44", "58", "59", "60");
          default -> "";
        };
  }

  private void transport(List<String> text, Aim aim, boolean reply) {
    String other = dice.once(3) ? FuzzWorld.port(dice) : "40000";
    String from = reply ? aim.port() : other;
    String to = reply ? other : aim.port();
    switch (aim.protocol()) {
      case "tcp" -> text.add("tcp " + from + " > " + to + tcp());
      case "udp" -> text.add("udp " + from + " > " + to + dice.of("", "", "", " length=0"));
      case "icmp-echo", "1", "58" -> text.add(echo(aim, reply));
      case "any" ->
          text.add(dice.of("udp 1 > 2", "tcp 1 > 2 syn", "proto 47", "icmp 8", "icmp 128"));
      default -> text.add("proto " + aim.protocol() + " " + dice.hex(dice.from(0, 24)));
    }
  }

  private String echo(Aim aim, boolean reply) {
    String type = reply ? (aim.v6() ? "129" : "0") : aim.v6() ? "128" : "8";
    return dice.once(6) ? "icmp " + dice.of("0", "8", "128", "129", "13") : "icmp " + type;
  }

  private String tcp() {
    return switch (dice.from(0, 19)) {
      case 0 -> " doff=" + dice.from(0, 15);
      case 1 -> " options=" + dice.hex(4 * dice.from(1, 10));
      case 2, 3, 4, 5, 6 -> " syn";
      case 7 -> " syn,ack";
      case 8 -> " fin,syn";
      case 9 -> " flags=" + dice.from(0, 255);
      default -> "";
    };
  }
}
