package io.aegis.enforcer.xdp.internal.sys;

import java.util.ArrayDeque;
import java.util.Deque;

/** Resources with one owner, closed newest first, all of them, whatever fails. For one thread. */
public final class Owned implements AutoCloseable {

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  /**
   * Takes a resource over.
   *
   * @param <T> its type
   * @param resource closed with this
   * @return the resource
   */
  public <T extends AutoCloseable> T own(T resource) {
    resources.push(resource);
    return resource;
  }

  /**
   * Closes everything after {@code failure}; what fails meanwhile is added to it as suppressed.
   *
   * @param failure why
   */
  public void closeInto(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Closes everything, newest first.
   *
   * @throws IllegalStateException if something failed to close; all the rest is closed
   */
  @Override
  public void close() {
    IllegalStateException failure = null;
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("closing resources", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
