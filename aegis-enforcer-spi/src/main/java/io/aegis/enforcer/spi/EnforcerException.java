package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of an enforcer. The message says doing what, to which object, what happened and
 * what to do; the kind says what the caller can do about it.
 */
public final class EnforcerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What the caller can do. */
  public enum Kind {
    /** This backend or kernel cannot do it; use another, or do without. */
    UNSUPPORTED,
    /** The process lacks a right; the message names it. */
    NOT_PERMITTED,
    /** The settings do not fit this machine (no such interface, not Ethernet); change them. */
    BAD_SETTINGS,
    /** Somebody else holds the interface or the instance; the message names him. */
    BUSY,
    /** A limit is reached; raise it or remove something. */
    EXHAUSTED,
    /** The enforcer is closed; open a new one. */
    CLOSED,
    /** A fault of the backend or the kernel; the message is for its maintainers. */
    INTERNAL
  }

  /** What the caller can act on. */
  private final Kind kind;

  /**
   * Makes an exception.
   *
   * @param kind what the caller can do
   * @param message doing what, to which object, what happened, what to do
   */
  public EnforcerException(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param kind what the caller can do
   * @param message doing what, to which object, what happened, what to do
   * @param cause what led to it
   */
  public EnforcerException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind");
  }

  /**
   * Returns what the caller can do.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }
}
