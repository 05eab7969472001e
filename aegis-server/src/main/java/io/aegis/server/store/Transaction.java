package io.aegis.server.store;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * All or nothing. Passed to the stores of the features, which alone look inside. Used by the thread
 * that got it, and only until the work it was given to returns.
 */
public final class Transaction {
  private final Handle handle;
  private final @Nullable List<Runnable> hooks;

  /** {@code hooks} is null for a transaction that only reads. */
  Transaction(Handle handle, @Nullable List<Runnable> hooks) {
    this.handle = handle;
    this.hooks = hooks;
  }

  /**
   * Returns the connection, for statements.
   *
   * @return owned by the database; never closed, committed or kept by the caller
   */
  public Handle handle() {
    return handle;
  }

  /**
   * Has something done as soon as this is durable, and only then; in commit order, before any later
   * transaction begins. It must be quick, since every writer waits for it.
   *
   * @param hook what to do; what it throws is logged
   * @throws IllegalStateException if this transaction only reads
   */
  public void afterCommit(Runnable hook) {
    if (hooks == null) {
      throw new IllegalStateException("a transaction that only reads has nothing to commit");
    }
    hooks.add(hook);
  }
}
