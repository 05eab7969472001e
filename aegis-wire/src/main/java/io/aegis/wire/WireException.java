package io.aegis.wire;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A message is not what the contract says; nothing of it was used. */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** The bytes or a field break the contract: the other end is broken, or not what it says. */
    MALFORMED,
    /** It is well formed, and newer than this end: update it. */
    UNSUPPORTED,
    /** The seal does not hold: the bytes, the key or the audience is another. */
    BAD_SIGNATURE
  }

  private final Kind kind;

  /**
   * Makes an exception.
   *
   * @param kind what is wrong
   * @param message names the field, the value and the rule
   */
  public WireException(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param kind what is wrong
   * @param message names the field, the value and the rule
   * @param cause what led to it
   */
  public WireException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind");
  }

  /**
   * Returns what is wrong.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  static WireException malformed(String message) {
    return new WireException(Kind.MALFORMED, message);
  }
}
