package io.aegis.enforcer.xdp.internal.link;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the interfaces of this network namespace through rtnetlink(7). Not through sysfs, which
 * shows those of the namespace it was mounted in. Thread-safe.
 */
public final class Interfaces {

  private static final int RTM_GETLINK = 18;
  private static final int RTM_NEWLINK = 16;

  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_XDP = 43;
  private static final int IFLA_XDP_PROG_ID = 4;
  private static final Netlink.Dump LINKS =
      new Netlink.Dump("RTM_GETLINK", RTM_GETLINK, RTM_NEWLINK, 0, 16);

  private Interfaces() {}

  /**
   * Reads all interfaces.
   *
   * @return in the order of their indexes
   * @throws Errno if the kernel does not answer
   */
  public static List<NetInterface> list() throws Errno {
    var interfaces = new ArrayList<NetInterface>();
    LINKS.read((bytes, from, to) -> interfaces.add(link(bytes, from, to)));
    return List.copyOf(interfaces);
  }

  /** Adds what a datagram says; false when it was the last one. */
  static boolean parse(byte[] datagram, List<NetInterface> interfaces) throws Errno {
    return LINKS.parse(datagram, (bytes, from, to) -> interfaces.add(link(bytes, from, to)));
  }

  private static NetInterface link(ByteBuffer bytes, int from, int to) {
    String name = "";
    int mtu = 0;
    int program = 0;
    for (Netlink.Attribute each : Netlink.attributes(bytes, from + LINKS.bodyBytes(), to)) {
      switch (each.type()) {
        case IFLA_IFNAME -> name = text(bytes, each);
        case IFLA_MTU -> mtu = bytes.getInt(each.from());
        case IFLA_XDP -> program = xdpProgram(bytes, each);
        default -> {
          // Not needed.
        }
      }
    }
    int type = Short.toUnsignedInt(bytes.getShort(from + 2));
    return new NetInterface(bytes.getInt(from + 4), name, type, mtu, program);
  }

  private static int xdpProgram(ByteBuffer bytes, Netlink.Attribute xdp) {
    return Netlink.attributes(bytes, xdp.from(), xdp.to()).stream()
        .filter(each -> each.type() == IFLA_XDP_PROG_ID)
        .mapToInt(each -> bytes.getInt(each.from()))
        .findFirst()
        .orElse(0);
  }

  private static String text(ByteBuffer bytes, Netlink.Attribute attribute) {
    int length = attribute.to() - attribute.from() - 1; // the last byte is a zero
    byte[] text = new byte[Math.max(length, 0)];
    bytes.get(attribute.from(), text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
