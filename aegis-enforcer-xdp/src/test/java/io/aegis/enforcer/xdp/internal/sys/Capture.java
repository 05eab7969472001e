package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What goes over an interface, with the kernel's times: a ring of packet(7) that nobody reads until
 * the test looks. On an interface that is filtered it sees what the filter has let through alone: a
 * native XDP program runs before it for what arrives, a tcx program for what leaves.
 */
public final class Capture implements AutoCloseable {

  private static final boolean IS_X86 = System.getProperty("os.arch").equals("amd64");
  private static final int SETSOCKOPT = IS_X86 ? 54 : 208;
  private static final int GETSOCKOPT = IS_X86 ? 55 : 209;
  private static final int SETNS = IS_X86 ? 308 : 268;
  private static final int OPENAT = IS_X86 ? 257 : 56;

  private static final int AT_FDCWD = -100;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TIMESTAMPNS = 64;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_RX_RING = 5;
  private static final int PACKET_STATISTICS = 6;
  private static final int PACKET_VERSION = 10;
  private static final int VERSION_2 = 1;

  private static final int FRAME = 256;
  private static final int BLOCK = 1 << 16;
  private static final int BLOCKS = 512;
  private static final int FRAMES = BLOCK / FRAME * BLOCKS;
  private static final int SENDER = 32;
  private static final int OUTGOING = 4;

  private static final short IPV4 = 0x0008; // as they stand in a frame, little end first
  private static final short IPV6 = (short) 0xdd86;
  private static final int MORE_OR_OFFSET = 0x3fff;
  private static final int FRAGMENT_HEADER = 44;

  private final OwnedFd socket;
  private final MemorySegment ring;

  /**
   * A frame that went over the interface.
   *
   * @param leaves whether it was sent there, not received
   * @param at when, by the wall clock
   * @param length of all of it
   * @param head how it begins
   */
  public record Frame(boolean leaves, Instant at, int length, Bytes head) {

    /** The IP protocol of a packet without options; -1 if it is none. */
    public int protocol() {
      ByteBuffer bytes = head.buffer();
      return switch (bytes.getShort(12)) {
        case IPV4 -> bytes.get(23);
        case IPV6 -> bytes.get(20);
        default -> -1;
      };
    }

    /** Whether it is a fragment of an IP packet. */
    public boolean isFragment() {
      return head.buffer().getShort(12) == IPV4
          ? (Short.reverseBytes(head.buffer().getShort(20)) & MORE_OR_OFFSET) != 0
          : protocol() == FRAGMENT_HEADER;
    }
  }

  @SuppressWarnings("restricted") // the ring is mapped by a bare system call
  private Capture(String interfaceName) throws Errno {
    socket = PacketSocket.open();
    // Else a frame would get its time when the ring gets the frame, which may wait in a backlog.
    set(SOL_SOCKET, SO_TIMESTAMPNS, 1);
    set(SOL_PACKET, PACKET_VERSION, VERSION_2);
    set(SOL_PACKET, PACKET_RX_RING, BLOCK, BLOCKS, FRAME, FRAMES);
    long bytes = (long) BLOCK * BLOCKS;
    long address = Kernel.map(socket, 0, bytes, Kernel.PROT_READ_WRITE);
    ring = MemorySegment.ofAddress(address).reinterpret(bytes);
    PacketSocket.bind(socket, interfaceName, PacketSocket.EVERY_PROTOCOL);
  }

  private void set(int level, int option, int... values) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long at = arena.allocateFrom(JAVA_INT, values).address();
      long bytes = values.length * 4L;
      Syscall.call("setsockopt", SETSOCKOPT, socket.number(), level, option, at, bytes, 0);
    }
  }

  /** Begins on an interface of the network namespace of this process. */
  public static Capture of(String interfaceName) throws Errno {
    return new Capture(interfaceName);
  }

  /** Begins on an interface of a namespace made by {@code ip netns}. */
  public static Capture of(String interfaceName, String namespace)
      throws InterruptedException, IOException {
    var made =
        new FutureTask<>(() -> {
          enter(namespace);
          return new Capture(interfaceName);
        });
    Thread.ofPlatform().name("capture-" + namespace).start(made); // it stays in that namespace
    try {
      return made.get();
    } catch (ExecutionException e) {
      throw new IOException("a capture on " + interfaceName + " of " + namespace, e.getCause());
    }
  }

  private static void enter(String namespace) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom("/run/netns/" + namespace);
      long fd = Syscall.call("openat", OPENAT, AT_FDCWD, path.address(), 0);
      try (var opened = new OwnedFd((int) fd, namespace)) {
        Syscall.call("setns(" + namespace + ")", SETNS, opened.number(), 0, 0);
      }
    }
  }

  /** What was seen so far, in order; fails if anything was missed. */
  public List<Frame> frames() throws Errno {
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < FRAMES && word(i, 0) != 0; i++) {
      frames.add(frame(i));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment counts = arena.allocate(JAVA_INT, 2); // packets, lost
      MemorySegment length = arena.allocateFrom(JAVA_INT, 8);
      Syscall.call(
          "getsockopt",
          GETSOCKOPT,
          socket.number(),
          SOL_PACKET,
          PACKET_STATISTICS,
          counts.address(),
          length.address(),
          0);
      if (counts.get(JAVA_INT, 4) != 0) {
        throw new AssertionError(counts.get(JAVA_INT, 4) + " frames are not in the capture");
      }
    }
    return frames;
  }

  private int word(int frame, int at) {
    return ring.get(JAVA_INT, (long) frame * FRAME + at);
  }

  // struct tpacket2_hdr: status, length, bytes here, where (two bytes), ..., seconds, nanoseconds
  private Frame frame(int i) {
    long start = (long) i * FRAME;
    int from = Short.toUnsignedInt(ring.get(JAVA_SHORT, start + 12));
    Bytes head = Bytes.of(ring.asSlice(start + from, word(i, 8)).toArray(JAVA_BYTE));
    boolean leaves = ring.get(JAVA_BYTE, start + SENDER + 10) == OUTGOING;
    Instant at = Instant.ofEpochSecond(Integer.toUnsignedLong(word(i, 16)), word(i, 20));
    return new Frame(leaves, at, word(i, 4), head);
  }

  @Override
  public void close() {
    try {
      Kernel.unmap(ring);
    } catch (Errno e) {
      throw new IllegalStateException(e);
    } finally {
      socket.close();
    }
  }
}
