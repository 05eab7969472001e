package io.aegis.server.lifecycle;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The parts of a process that have started, in order; closing it stops them in reverse. Used with
 * try-with-resources, so that a start that fails stops what had started:
 *
 * <pre>{@code
 * try (var lifecycle = new Lifecycle()) {
 *   lifecycle.start("database", database::open, database::close);
 *   lifecycle.start("web", web::start, web::close);
 *   stop.await();
 * }
 * }</pre>
 *
 * <p>Used by one thread.
 */
public final class Lifecycle implements AutoCloseable {

  /** Starts or stops a part; may fail in any way. */
  @FunctionalInterface
  public interface Action {
    /**
     * Does it.
     *
     * @throws Exception if it could not be done; the message is shown to the user
     */
    void run() throws Exception;
  }

  private record Part(String name, Action stop) {}

  private final Deque<Part> running = new ArrayDeque<>();
  private boolean closed;

  /** Makes a life cycle in which nothing runs yet. */
  public Lifecycle() {}

  /**
   * Starts a part.
   *
   * @param name what it is, for messages
   * @param start starts it; when it throws, the part has cleaned up after itself
   * @param stop stops it; called once, at the close, if it was started
   * @throws Exception what {@code start} threw; the other parts run on until the close
   * @throws IllegalStateException if this is closed; nothing was started
   */
  public void start(String name, Action start, Action stop) throws Exception {
    requireNonNull(name, "name");
    requireNonNull(stop, "stop");
    if (closed) {
      throw new IllegalStateException("starting " + name + " after the close");
    }
    start.run();
    running.push(new Part(name, stop));
  }

  /**
   * Stops what runs, newest first; a part that fails to stop does not hold up the others. Closing
   * twice is harmless.
   *
   * @throws StopException if at least one part failed to stop
   */
  @Override
  public void close() {
    closed = true;
    var failure = new StopException();
    while (!running.isEmpty()) {
      Part part = running.pop();
      try {
        part.stop().run();
      } catch (Exception | Error e) {
        failure.addSuppressed(new IllegalStateException("stopping " + part.name(), e));
      }
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  /** At least one part failed to stop: each failure is suppressed in this one. */
  public static final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StopException() {
      super("stopping");
    }

    /** Returns what each part said. */
    @Override
    public String getMessage() {
      var message = new StringBuilder();
      for (Throwable failure : getSuppressed()) {
        message.append(message.isEmpty() ? "" : "; ").append(failure.getMessage());
        Throwable cause = failure.getCause();
        if (cause != null) {
          message.append(": ").append(cause.getMessage());
        }
      }
      return message.toString();
    }
  }
}
