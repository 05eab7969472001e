package io.aegis.enforcer.xdp.internal.link;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the interfaces of this network namespace through rtnetlink(7). Not through sysfs, which
 * shows those of the namespace it was mounted in. Thread-safe.
 */
public final class Interfaces {

  private static final int NETLINK_ROUTE = 0;
  private static final int RTM_GETLINK = 18;
  private static final int RTM_NEWLINK = 16;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int REQUEST_DUMP = 0x301;

  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_XDP = 43;
  private static final int IFLA_XDP_PROG_ID = 4;
  private static final int ATTRIBUTE_TYPE = 0x3fff;

  private static final int HEADER_BYTES = 16;
  private static final int LINK_BYTES = 16;
  private static final int ATTRIBUTE_BYTES = 4;
  private static final int ROOM = 1 << 16;

  private Interfaces() {}

  /**
   * Reads all interfaces.
   *
   * @return in the order of their indexes
   * @throws Errno if the kernel does not answer
   */
  public static List<NetInterface> list() throws Errno {
    var interfaces = new ArrayList<NetInterface>();
    try (OwnedFd socket = Kernel.netlinkSocket(NETLINK_ROUTE)) {
      Kernel.send(socket, request());
      boolean more = true;
      while (more) {
        more = parse(Kernel.receive(socket, ROOM), interfaces);
      }
    }
    return List.copyOf(interfaces);
  }

  private static byte[] request() {
    return ByteBuffer.allocate(HEADER_BYTES + LINK_BYTES)
        .order(ByteOrder.nativeOrder())
        .putInt(HEADER_BYTES + LINK_BYTES)
        .putShort((short) RTM_GETLINK)
        .putShort((short) REQUEST_DUMP)
        .array();
  }

  /** Adds what a datagram says; false when it was the last one. */
  static boolean parse(byte[] datagram, List<NetInterface> interfaces) throws Errno {
    ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    int at = 0;
    while (at + HEADER_BYTES <= datagram.length) {
      int length = bytes.getInt(at);
      switch (bytes.getShort(at + 4)) {
        case NLMSG_DONE -> {
          return false;
        }
        case NLMSG_ERROR -> throw new Errno("netlink(RTM_GETLINK)", -bytes.getInt(at + 16));
        case RTM_NEWLINK -> interfaces.add(link(bytes, at + HEADER_BYTES, at + length));
        default -> {
          // Not asked for.
        }
      }
      at += aligned(Math.max(length, HEADER_BYTES));
    }
    return true;
  }

  private static NetInterface link(ByteBuffer bytes, int from, int to) {
    String name = "";
    int mtu = 0;
    int program = 0;
    for (int at = from + LINK_BYTES; at + ATTRIBUTE_BYTES <= to; at = next(bytes, at)) {
      int end = at + Short.toUnsignedInt(bytes.getShort(at));
      switch (bytes.getShort(at + 2) & ATTRIBUTE_TYPE) {
        case IFLA_IFNAME -> name = text(bytes, at + ATTRIBUTE_BYTES, end);
        case IFLA_MTU -> mtu = bytes.getInt(at + ATTRIBUTE_BYTES);
        case IFLA_XDP -> program = xdpProgram(bytes, at + ATTRIBUTE_BYTES, end);
        default -> {
          // Not needed.
        }
      }
    }
    int type = Short.toUnsignedInt(bytes.getShort(from + 2));
    return new NetInterface(bytes.getInt(from + 4), name, type, mtu, program);
  }

  private static int xdpProgram(ByteBuffer bytes, int from, int to) {
    for (int at = from; at + ATTRIBUTE_BYTES <= to; at = next(bytes, at)) {
      if ((bytes.getShort(at + 2) & ATTRIBUTE_TYPE) == IFLA_XDP_PROG_ID) {
        return bytes.getInt(at + ATTRIBUTE_BYTES);
      }
    }
    return 0;
  }

  private static int next(ByteBuffer bytes, int attribute) {
    int length = Short.toUnsignedInt(bytes.getShort(attribute));
    return attribute + aligned(Math.max(length, ATTRIBUTE_BYTES));
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }

  private static String text(ByteBuffer bytes, int from, int to) {
    byte[] text = new byte[Math.max(to - from - 1, 0)]; // the last byte is a zero
    bytes.get(from, text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
