package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.aegis.enforcer.xdp.internal.link.Interfaces;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Sends frames over an interface as they are: packet(7). For one thread. */
public final class PacketSocket implements AutoCloseable {

  static final int EVERY_PROTOCOL = 3;

  private static final int NO_PROTOCOL = 0;
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int ADDRESS_BYTES = 20;

  private final OwnedFd socket;

  private PacketSocket(OwnedFd socket) {
    this.socket = socket;
  }

  /** Opens a socket that sends over an interface, and hears nothing. */
  public static PacketSocket sending(String interfaceName) throws Errno {
    OwnedFd socket = open();
    try {
      bind(socket, interfaceName, NO_PROTOCOL);
      return new PacketSocket(socket);
    } catch (Errno e) {
      socket.close();
      throw e;
    }
  }

  static OwnedFd open() throws Errno {
    long fd =
        Syscall.call(
            "socket(AF_PACKET)", Abi.HERE.socket(), AF_PACKET, SOCK_RAW_CLOEXEC, NO_PROTOCOL);
    return new OwnedFd((int) fd, "packet socket");
  }

  static void bind(OwnedFd socket, String interfaceName, int protocol) throws Errno {
    int index =
        Interfaces.list().stream()
            .filter(each -> each.name().equals(interfaceName))
            .findFirst()
            .orElseThrow()
            .index();
    try (Arena arena = Arena.ofConfined()) {
      // struct sockaddr_ll: family, protocol (network order), interface
      MemorySegment to = arena.allocate(ADDRESS_BYTES, 4);
      to.set(JAVA_SHORT, 0, (short) AF_PACKET);
      to.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) protocol);
      to.set(JAVA_INT, 4, index);
      Syscall.call("bind", Abi.HERE.bind(), socket.number(), to.address(), ADDRESS_BYTES);
    }
  }

  /** Sends a frame; false if what filters the interface has dropped it. */
  public boolean send(byte[] frame) throws Errno {
    try {
      Kernel.send(socket, frame);
      return true;
    } catch (Errno e) {
      if (e.number() == Errno.ENOBUFS) { // what NET_XMIT_DROP becomes
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
