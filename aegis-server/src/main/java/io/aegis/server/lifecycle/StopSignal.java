package io.aegis.server.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish that a process ends: made by a signal (SIGTERM, SIGINT) or by a call, awaited by the
 * main thread. Safe for any number of threads.
 */
public final class StopSignal {

  /**
   * Longer than any orderly stop takes, that of a lab included; after it the process ends whatever
   * still runs.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode;

  /** Asks the process to stop. Asking twice is harmless. */
  public void request() {
    requested.countDown();
  }

  /**
   * Waits until somebody asks.
   *
   * @throws InterruptedException if the waiting thread is interrupted, which is a wish to stop too
   */
  public void await() throws InterruptedException {
    requested.await();
  }

  /**
   * Tells whether somebody asked, for those to whom something failed: what a signal ends beside
   * this process may be noticed before the signal itself.
   *
   * @param patience how long to wait for it
   * @return true if somebody asked, or if the calling thread is interrupted, which stays so
   */
  public boolean isRequestedWithin(Duration patience) {
    try {
      return requested.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /**
   * Says that the process has stopped in order and is to end with this code.
   *
   * @param code the exit code of the process
   */
  public void finished(int code) {
    exitCode = code;
    finished.countDown();
  }

  /**
   * Makes SIGTERM and SIGINT ask. A shutdown hook is the one portable way to hear them; left alone
   * the JVM would end with 128 + the signal's number while the parts still stop, so the hook waits
   * for {@link #finished} and ends the process with its code.
   */
  public void listenToSignals() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndHalt, "aegis-stop"));
  }

  @SuppressWarnings("SystemExitOutsideMain") // the hook must decide the code of the process
  private void stopAndHalt() {
    request();
    try {
      if (!finished.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println(
            "aegis: stopping took longer than " + PATIENCE.toSeconds() + " s; ended all the same");
        Runtime.getRuntime().halt(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }
}
