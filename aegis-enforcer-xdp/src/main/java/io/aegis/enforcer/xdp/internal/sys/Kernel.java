package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The other system calls, one method each. Thread-safe. */
public final class Kernel {

  /** Type of a bpffs as statfs(2) tells it (BPF_FS_MAGIC). */
  public static final long BPF_FS_MAGIC = 0xcafe4a11L;

  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
  private static final int CLOCK_THREAD_CPUTIME_ID = 3;
  private static final int CLOCK_BOOTTIME = 7;
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final int MEMBARRIER_CMD_GLOBAL = 1;
  static final int PROT_READ = 1;
  static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int AF_NETLINK = 16;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;

  private Kernel() {}

  /**
   * Checks that the numbers of system calls are known here, before any of them is used.
   *
   * @throws UnsupportedOperationException if they are not
   */
  public static void requireKnownPlatform() {
    Abi.of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /**
   * Reads the clock that counts from boot, suspend included.
   *
   * @return nanoseconds
   */
  public static long bootNanos() {
    return nanos("CLOCK_BOOTTIME", CLOCK_BOOTTIME);
  }

  /**
   * Reads how much CPU time the calling thread has taken, the kernel's work for it included.
   *
   * @return nanoseconds
   */
  public static long threadCpuNanos() {
    return nanos("CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID);
  }

  /**
   * Reads how much CPU time all threads of this process have taken.
   *
   * @return nanoseconds
   */
  public static long processCpuNanos() {
    return nanos("CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID);
  }

  private static long nanos(String name, int clock) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(16, 8);
      Syscall.call(
          "clock_gettime(" + name + ")", Abi.HERE.clockGettime(), clock, time.address(), 0);
      return time.get(JAVA_LONG, 0) * 1_000_000_000L + time.get(JAVA_LONG, 8);
    } catch (Errno e) {
      throw new AssertionError("these clocks are there since Linux 2.6.39", e);
    }
  }

  /**
   * Moves the calling thread, and what it starts from now on, into a network namespace of its own,
   * which is gone when the last of them is. There is no way back for it.
   */
  public static void leaveNetwork() throws Errno {
    Syscall.call("unshare(CLONE_NEWNET)", Abi.HERE.unshare(), CLONE_NEWNET, 0, 0);
  }

  /**
   * Waits until every program run that has begun before this call has ended.
   *
   * <p>A program runs inside an RCU read-side section (softirq context), and MEMBARRIER_CMD_GLOBAL
   * returns after a grace period of all of those. On kernels with full-dynticks CPUs it is refused.
   *
   * @throws Errno EINVAL if the kernel has full-dynticks CPUs
   */
  public static void awaitProgramRuns() throws Errno {
    Syscall.call("membarrier(GLOBAL)", Abi.HERE.membarrier(), MEMBARRIER_CMD_GLOBAL, 0, 0);
  }

  /** Returns the type of the file system that holds {@code path}. */
  public static long fileSystemType(Path path) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statfs = arena.allocate(120, 8);
      Syscall.call(
          "statfs(" + path + ")",
          Abi.HERE.statfs(),
          arena.allocateFrom(path.toString()).address(),
          statfs.address(),
          0);
      return statfs.get(JAVA_LONG, 0);
    }
  }

  /** Maps a map's memory; returns where it is. */
  static long map(OwnedFd fd, long offset, long bytes, int protection) throws Errno {
    return Syscall.call(
        "mmap(" + fd + ")", Abi.HERE.mmap(), 0, bytes, protection, MAP_SHARED, fd.number(), offset);
  }

  /** Ends a mapping; nobody may use it any more. */
  static void unmap(MemorySegment mapped) throws Errno {
    Syscall.call("munmap", Abi.HERE.munmap(), mapped.address(), mapped.byteSize(), 0);
  }

  /** Opens a netlink socket, in the network namespace of the calling thread. */
  public static OwnedFd netlinkSocket(int protocol) throws Errno {
    return new OwnedFd(
        (int)
            Syscall.call(
                "socket(AF_NETLINK)", Abi.HERE.socket(), AF_NETLINK, SOCK_RAW_CLOEXEC, protocol),
        "netlink socket");
  }

  /**
   * Lets a netlink socket hear what the kernel tells everybody.
   *
   * @param groups one bit for each group
   */
  public static void join(OwnedFd socket, int groups) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      // struct sockaddr_nl: family, padding, port (0: the kernel chooses), groups
      MemorySegment address = arena.allocate(12, 4);
      address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
      address.set(JAVA_INT, 8, groups);
      Syscall.call("bind(" + socket + ")", Abi.HERE.bind(), socket.number(), address.address(), 12);
    }
  }

  /** Sends one message to the kernel. */
  public static void send(OwnedFd socket, byte[] message) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, message);
      Syscall.call(
          "send(" + socket + ")",
          Abi.HERE.sendto(),
          socket.number(),
          bytes.address(),
          message.length,
          0,
          0,
          0);
    }
  }

  /** Throws away every datagram that waits; returns whether there was one, or one was lost. */
  public static boolean discardAll(OwnedFd socket) throws Errno {
    boolean any = false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(8, 8); // the rest of a datagram goes with it
      while (true) {
        try {
          Syscall.call(
              "recv(" + socket + ")",
              Abi.HERE.recvfrom(),
              socket.number(),
              bytes.address(),
              8,
              MSG_DONTWAIT,
              0,
              0);
        } catch (Errno e) {
          if (e.number() == Errno.EAGAIN) {
            return any;
          }
          if (e.number() != Errno.ENOBUFS && e.number() != Errno.EINTR) {
            throw e;
          }
        }
        any = true;
      }
    }
  }

  /** Receives one datagram of at most {@code room} bytes. */
  public static byte[] receive(OwnedFd socket, int room) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(room, 8);
      long length =
          Syscall.call(
              "recv(" + socket + ")",
              Abi.HERE.recvfrom(),
              socket.number(),
              bytes.address(),
              room,
              0,
              0,
              0);
      return bytes.asSlice(0, length).toArray(JAVA_BYTE);
    }
  }
}
