package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Lets one thread wait inside the kernel for a descriptor, and any other thread end that waiting
 * for good. A waiting thread holds its carrier, so it is a platform thread. Closed by its owner
 * when the waiting thread has ended.
 */
public final class Waiter implements AutoCloseable {

  private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
  private static final short POLLIN = 1;
  private static final long POLLFD_BYTES = 8;
  private static final long NANOS = 1_000_000_000L;

  private final OwnedFd wake;

  private Waiter(OwnedFd wake) {
    this.wake = wake;
  }

  /**
   * Makes a waiter.
   *
   * @return a waiter; the caller closes it
   * @throws Errno if the process has no descriptors left
   */
  public static Waiter create() throws Errno {
    long fd = Syscall.call("eventfd", Abi.HERE.eventfd2(), 0, EFD_CLOEXEC_NONBLOCK, 0);
    return new Waiter(new OwnedFd((int) fd, "eventfd"));
  }

  /**
   * Waits until something can be read, the time is over, or {@link #stop} was called. A signal may
   * end it early.
   *
   * @param fd what to read from
   * @param nanos how long, 0 or more
   * @return true unless it was stopped
   * @throws Errno if the kernel refuses to wait
   */
  public boolean await(OwnedFd fd, long nanos) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment polled = arena.allocate(2 * POLLFD_BYTES, 8);
      set(polled, 0, wake);
      set(polled, 1, fd);
      MemorySegment time = arena.allocate(16, 8);
      time.set(JAVA_LONG, 0, nanos / NANOS);
      time.set(JAVA_LONG, 8, nanos % NANOS);
      Syscall.call(
          "ppoll(" + fd + ")", Abi.HERE.ppoll(), polled.address(), 2, time.address(), 0, 0, 0);
      return polled.get(JAVA_SHORT, 6) == 0;
    } catch (Errno e) {
      if (e.number() == Errno.EINTR) {
        return true;
      }
      throw e;
    }
  }

  // struct pollfd: int fd, short events, short revents
  private static void set(MemorySegment polled, int index, OwnedFd fd) {
    polled.set(JAVA_INT, index * POLLFD_BYTES, fd.number());
    polled.set(JAVA_SHORT, index * POLLFD_BYTES + 4, POLLIN);
  }

  /** Ends the waiting, now and for ever. */
  public void stop() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
      Syscall.call("write(" + wake + ")", Abi.HERE.write(), wake.number(), one.address(), 8);
    } catch (Errno e) {
      throw new AssertionError("an eventfd takes 8 bytes as long as it is open", e);
    }
  }

  @Override
  public void close() {
    wake.close();
  }
}
