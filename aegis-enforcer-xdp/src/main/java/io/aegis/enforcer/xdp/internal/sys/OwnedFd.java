package io.aegis.enforcer.xdp.internal.sys;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor with one owner: closed once, refused afterwards. Thread-safe, but closing it
 * during a call that uses it is the owner's mistake.
 */
public final class OwnedFd implements AutoCloseable {

  private static final int CLOSED = -1;
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final AtomicInteger fd;
  private final String what;

  /**
   * Takes a descriptor over.
   *
   * @param fd an open descriptor that nobody else closes
   * @param what names it in messages
   */
  public OwnedFd(int fd, String what) {
    this.fd = new AtomicInteger(fd);
    this.what = what;
    OPEN.incrementAndGet();
  }

  /**
   * Returns how many are open in this process; tests compare it before and after.
   *
   * @return the number
   */
  public static int openCount() {
    return OPEN.get();
  }

  /**
   * Returns the number.
   *
   * @return not negative
   * @throws IllegalStateException if it is closed
   */
  public int number() {
    int number = fd.get();
    if (number == CLOSED) {
      throw new IllegalStateException(what + " is closed");
    }
    return number;
  }

  /** Closes it; again is harmless. */
  @Override
  public void close() {
    int number = fd.getAndSet(CLOSED);
    if (number == CLOSED) {
      return;
    }
    OPEN.decrementAndGet();
    try {
      Syscall.call("close(" + what + ")", Abi.HERE.close(), number, 0, 0);
    } catch (Errno e) {
      // Linux has released the descriptor in any case (close(2)); a bad number is our own mistake.
      throw new IllegalStateException("closing " + what, e);
    }
  }

  /** Returns what it is. */
  @Override
  public String toString() {
    return what + " (fd " + fd.get() + ")";
  }
}
