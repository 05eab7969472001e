package io.aegis.enforcer.xdp.internal;

/** Waits for threads that were told to end. */
final class Threads {

  private static final long PATIENCE_MILLIS = 10_000;

  private Threads() {}

  /** Waits for a while, interrupted or not; whether the thread has ended. */
  static boolean joined(Thread thread) {
    boolean isInterrupted = false;
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (thread.isAlive() && System.nanoTime() - end < 0) {
      try {
        thread.join(PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
