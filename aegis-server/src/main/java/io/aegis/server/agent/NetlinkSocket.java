package io.aegis.server.agent;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * A socket to the routing part of this machine's kernel (rtnetlink(7)), in the network namespace of
 * the thread that opens it. The one place of the agent that calls native code.
 *
 * <p>Not thread-safe; whoever opens it closes it.
 */
final class NetlinkSocket implements AutoCloseable {

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int NETLINK_ROUTE = 0;
  // The kernel fills at most half of it with one part of a listing (netlink_dump()).
  private static final int ROOM = 1 << 16;

  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_FIELD =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final MethodHandle send;
  private final MethodHandle receive;
  private final MethodHandle close;
  private final int fd;
  private boolean closed;

  private NetlinkSocket(MethodHandle send, MethodHandle receive, MethodHandle close, int fd) {
    this.send = send;
    this.receive = receive;
    this.close = close;
    this.fd = fd;
  }

  /**
   * Opens a socket.
   *
   * @throws IOException if the system has none, or native access is not enabled
   */
  static NetlinkSocket open() throws IOException {
    try {
      FunctionDescriptor transfer =
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
      MethodHandle socket =
          bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
      MethodHandle send = bind("send", transfer);
      MethodHandle receive = bind("recv", transfer);
      MethodHandle close = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = state(arena);
        int fd = (int) socket.invokeExact(state, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
        return new NetlinkSocket(
            send, receive, close, (int) checked("socket(AF_NETLINK)", fd, state));
      }
    } catch (IllegalCallerException | java.util.NoSuchElementException e) {
      throw new IOException(
          "asking the kernel about interfaces: no native access"
              + " (start java with --enable-native-access=ALL-UNNAMED)",
          e);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, ERRNO);
  }

  private static MemorySegment state(Arena arena) {
    return arena.allocate(Linker.Option.captureStateLayout());
  }

  private static long checked(String doing, long result, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new NetlinkException(doing, (int) ERRNO_FIELD.get(state, 0L));
    }
    return result;
  }

  /** Sends one message. */
  void send(byte[] message) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, message);
      long sent = (long) send.invokeExact(state, fd, bytes, (long) message.length, 0);
      checked("send(netlink)", sent, state);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }

  /** Receives one datagram. The kernel has it ready when a request has been sent. */
  ByteBuffer receive() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      MemorySegment bytes = arena.allocate(ROOM, 8);
      long length = (long) receive.invokeExact(state, fd, bytes, (long) ROOM, 0);
      checked("recv(netlink)", length, state);
      return ByteBuffer.wrap(bytes.asSlice(0, length).toArray(JAVA_BYTE));
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) close.invokeExact(state(arena), fd);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }
}
