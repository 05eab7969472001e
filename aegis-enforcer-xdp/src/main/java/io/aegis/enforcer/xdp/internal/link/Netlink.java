package io.aegis.enforcer.xdp.internal.link;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Asks rtnetlink(7) for lists and takes the answers apart. Thread-safe. */
final class Netlink {

  private static final int NETLINK_ROUTE = 0;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int REQUEST_DUMP = 0x301;

  private static final int HEADER_BYTES = 16;
  private static final int ATTRIBUTE_BYTES = 4;
  private static final int ATTRIBUTE_TYPE = 0x3fff;
  private static final int ROOM = 1 << 16;

  private Netlink() {}

  /** Takes one message of an answer: its body stands in {@code bytes} between two places. */
  interface Reader {
    void message(ByteBuffer bytes, int from, int to);
  }

  /**
   * An attribute in a message.
   *
   * @param type what it tells
   * @param from where its content begins
   * @param to where it ends
   */
  record Attribute(int type, int from, int to) {}

  /**
   * A list that the kernel has.
   *
   * @param name of the request, for messages
   * @param request its number
   * @param answer the number of each message that answers it
   * @param family of addresses, 0 for all
   * @param bodyBytes how many bytes stand before the attributes
   */
  record Dump(String name, int request, int answer, int family, int bodyBytes) {

    /** Reads the list, in the network namespace of the calling thread. */
    void read(Reader reader) throws Errno {
      try (OwnedFd socket = Kernel.netlinkSocket(NETLINK_ROUTE)) {
        Kernel.send(socket, question());
        boolean more = true;
        while (more) {
          more = parse(Kernel.receive(socket, ROOM), reader);
        }
      }
    }

    private byte[] question() {
      return ByteBuffer.allocate(HEADER_BYTES + bodyBytes)
          .order(ByteOrder.nativeOrder())
          .putInt(HEADER_BYTES + bodyBytes)
          .putShort((short) request)
          .putShort((short) REQUEST_DUMP)
          .putLong(0)
          .put((byte) family)
          .array();
    }

    /** Passes on what a datagram says; false when it was the last one. */
    boolean parse(byte[] datagram, Reader reader) throws Errno {
      ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
      int at = 0;
      while (at + HEADER_BYTES <= datagram.length) {
        int length = bytes.getInt(at);
        int type = Short.toUnsignedInt(bytes.getShort(at + 4));
        if (type == NLMSG_DONE) {
          return false;
        } else if (type == NLMSG_ERROR) {
          throw new Errno("netlink(" + name + ")", -bytes.getInt(at + HEADER_BYTES));
        } else if (type == answer) {
          reader.message(bytes, at + HEADER_BYTES, at + length);
        }
        at += aligned(Math.max(length, HEADER_BYTES));
      }
      return true;
    }
  }

  /** Returns the attributes between two places. */
  static List<Attribute> attributes(ByteBuffer bytes, int from, int to) {
    var attributes = new ArrayList<Attribute>();
    int at = from;
    while (at + ATTRIBUTE_BYTES <= to) {
      int length = Math.max(Short.toUnsignedInt(bytes.getShort(at)), ATTRIBUTE_BYTES);
      int type = bytes.getShort(at + 2) & ATTRIBUTE_TYPE;
      attributes.add(new Attribute(type, at + ATTRIBUTE_BYTES, at + length));
      at += aligned(length);
    }
    return attributes;
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
