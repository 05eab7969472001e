package io.aegis.enforcer.spi;

import io.aegis.api.Reason;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Hands reports of drops to listeners, for whoever writes an enforcer. Each listener has a queue
 * and a thread of its own, so that a slow one loses its own reports and holds up nobody; what it
 * lost is counted in the next one it gets.
 *
 * <p>Thread-safe, but that reports are made by one thread at a time.
 */
public final class DropReports {
  private static final int MOST_CODE =
      Arrays.stream(Reason.values()).mapToInt(Reason::code).max().orElseThrow();

  private static final System.Logger LOG = System.getLogger(DropReports.class.getName());
  private static final int QUEUE = 1_024;

  private final String threadName;
  private final List<Listening> all = new CopyOnWriteArrayList<>();

  /**
   * Begins without listeners.
   *
   * @param threadName of the threads that call them
   */
  public DropReports(String threadName) {
    this.threadName = threadName;
  }

  /**
   * Begins to report to a listener.
   *
   * @param listener called by a thread of its own; what it throws is logged and dropped
   * @param ended called once, when the subscription is closed
   * @return ends the reports when closed
   */
  public Subscription add(DropListener listener, Runnable ended) {
    var listening = new Listening(listener, ended);
    all.add(listening);
    listening.thread = Thread.ofVirtual().name(threadName).start(listening::run);
    return listening;
  }

  /**
   * Returns whether nobody listens.
   *
   * @return true if a report would be for nothing
   */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * Reports a drop to everybody who listens; waits for nobody.
   *
   * @param event which, and why
   */
  public void report(DropEvent event) {
    for (Listening each : all) {
      each.offer(event);
    }
  }

  /** Ends all subscriptions. */
  public void closeAll() {
    all.forEach(Listening::close);
  }

  /** One listener. Offered to by one thread at a time, drained by its own. */
  private final class Listening implements Subscription {
    private final DropListener listener;
    private final Runnable ended;
    private final BlockingQueue<DropEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final long[] unreported = new long[MOST_CODE + 1];
    private volatile @Nullable Thread thread;
    private volatile boolean closed;
    private boolean hasFailed; // touched by its own thread alone

    Listening(DropListener listener, Runnable ended) {
      this.listener = listener;
      this.ended = ended;
    }

    void offer(DropEvent event) {
      int reason = event.reason().code();
      long missed = unreported[reason];
      if (queue.offer(missed == 0 ? event : event.withUnreported(event.unreported() + missed))) {
        unreported[reason] = 0;
      } else {
        unreported[reason] = missed + 1 + event.unreported();
      }
    }

    void run() {
      try {
        while (!closed) {
          tell(queue.take());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // closed: the thread ends here
      }
    }

    private void tell(DropEvent event) {
      try {
        listener.dropped(event);
      } catch (RuntimeException e) {
        if (!hasFailed) { // once is enough: a listener that throws would fill the log
          hasFailed = true;
          LOG.log(Level.WARNING, "event=drop-listener-failed", e);
        }
      }
    }

    @Override
    public void close() {
      if (!all.remove(this)) {
        return;
      }
      closed = true;
      Thread running = thread;
      if (running != null) {
        running.interrupt();
      }
      ended.run();
    }
  }
}
