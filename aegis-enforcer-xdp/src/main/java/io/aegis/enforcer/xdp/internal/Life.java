package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * From open to closed. Operations run side by side; closing waits for them and lets no more begin,
 * so that nothing is closed under a call. Thread-safe.
 */
final class Life {

  /** Something that is done while open. */
  interface Operation<T> {
    T run() throws Errno;
  }

  private final String what;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean isOpen = true; // guarded by lock

  /** Begins open; {@code what} names it in messages. */
  Life(String what) {
    this.what = what;
  }

  /**
   * Does something while it is open.
   *
   * @throws EnforcerException of kind {@code CLOSED} if it is not, or if the kernel refused
   */
  <T> T whileOpen(String doing, Operation<T> operation) {
    lock.readLock().lock();
    try {
      requireOpen();
      return operation.run();
    } catch (Errno e) {
      throw Failures.of(doing + ", " + what, e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (!isOpen) {
      throw new EnforcerException(Kind.CLOSED, what + " is closed; open a new one");
    }
  }

  /** Does something alone, and closes if that succeeds; refused when closed. */
  void end(Runnable last, AutoCloseable resources) {
    lock.writeLock().lock();
    try {
      requireOpen();
      last.run();
      close(resources);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Closes; again is harmless. */
  void close(AutoCloseable resources) {
    lock.writeLock().lock();
    try {
      if (isOpen) {
        isOpen = false;
        resources.close();
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("closing " + what, e);
    } finally {
      lock.writeLock().unlock();
    }
  }
}
