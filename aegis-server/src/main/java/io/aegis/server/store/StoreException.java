package io.aegis.server.store;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The database cannot be used. The message is for the operator and says what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What stands in the way. */
  public enum Kind {
    /**
     * The data directory or the file cannot be used as it is: the operator has to change something.
     */
    UNUSABLE,
    /** A newer version of Aegis wrote the database: start that version. */
    NEWER,
    /** Full, locked, read-only or failing storage: nothing was changed; it may work again later. */
    UNAVAILABLE
  }

  private final Kind kind;

  StoreException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind");
  }

  /**
   * Returns what stands in the way.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }
}
