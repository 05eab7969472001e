package io.aegis.server.lifecycle;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Starts the parts of a process in the order written and stops them in reverse. A start that fails
 * stops what had started, newest first, and throws what went wrong; a stop that fails stops the
 * others all the same.
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

  private record Part(String name, Action start, Action stop) {}

  private final List<Part> parts = new ArrayList<>();
  private final Deque<Part> running = new ArrayDeque<>();
  private boolean started;

  /**
   * Adds a part behind those already there.
   *
   * @param name what it is, for messages
   * @param start starts it; when it throws, the part has cleaned up after itself
   * @param stop stops it; called only if it was started
   * @return this
   * @throws IllegalStateException if the start was already made
   */
  public Lifecycle part(String name, Action start, Action stop) {
    if (started) {
      throw new IllegalStateException("part " + name + " comes after the start");
    }
    parts.add(
        new Part(
            requireNonNull(name, "name"),
            requireNonNull(start, "start"),
            requireNonNull(stop, "stop")));
    return this;
  }

  /**
   * Starts every part, in the order they were added.
   *
   * @throws Exception what the first failing part threw, with failures of the clean-up as
   *     suppressed; nothing is left running
   * @throws IllegalStateException if it was called before
   */
  public void start() throws Exception {
    if (started) {
      throw new IllegalStateException("started twice");
    }
    started = true;
    try {
      for (Part part : parts) {
        part.start().run();
        running.push(part);
      }
    } catch (Throwable e) {
      stopAll(e);
      throw e;
    }
  }

  /**
   * Stops what is running, newest first. Stopping twice is harmless.
   *
   * @throws StopException if a part failed to stop; the others were stopped
   */
  @Override
  public void close() {
    var failure = new StopException();
    stopAll(failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private void stopAll(Throwable collector) {
    while (!running.isEmpty()) {
      Part part = running.pop();
      try {
        part.stop().run();
      } catch (Exception | Error e) {
        collector.addSuppressed(new IllegalStateException("stopping " + part.name(), e));
      }
    }
  }

  /** At least one part failed to stop: each failure is suppressed in this one. */
  public static final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StopException() {
      super("stopping");
    }

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
