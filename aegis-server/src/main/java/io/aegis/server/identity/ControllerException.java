package io.aegis.server.identity;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one exception that the controller's services throw to whoever serves people. Its message is
 * meant for the person who asked, and says what to do; it never carries the message of another
 * exception.
 */
public final class ControllerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong, by what the caller can do about it. */
  public enum Kind {
    /** Something that was sent is wrong; the message names it. Send something else. */
    INVALID,
    /** Not logged in, no longer logged in, or the wrong password. Log in. */
    UNAUTHENTICATED,
    /** Logged in, and not permitted. Ask somebody who may. */
    FORBIDDEN,
    /** What was named is not there. */
    NOT_FOUND,
    /** It is there already, or in use. Take another name, or end the use first. */
    CONFLICT,
    /** Too many wrong attempts. Wait for {@link #retryAfter()}. */
    LOCKED_OUT,
    /** It could not be done now; nothing is half done but what the message says. Try again. */
    UNAVAILABLE,
    /** A flaw of the server. The message says nothing; the log does. */
    INTERNAL
  }

  private final Kind kind;
  private final @Nullable Duration retryAfter;
  private final @Nullable Instant closesBy;

  private ControllerException(
      Kind kind,
      String message,
      @Nullable Duration retryAfter,
      @Nullable Instant closesBy,
      @Nullable Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.kind = requireNonNull(kind, "kind");
    this.retryAfter = retryAfter;
    this.closesBy = closesBy;
  }

  /**
   * Makes an exception of a kind that needs no more than words.
   *
   * @param kind any but {@code LOCKED_OUT} and {@code INTERNAL}
   * @param message for the person who asked
   */
  public ControllerException(Kind kind, String message) {
    this(kind, message, null, null, null);
    if (kind == Kind.LOCKED_OUT || kind == Kind.INTERNAL) {
      throw new IllegalArgumentException(kind + " has a factory of its own");
    }
  }

  /**
   * Returns the answer to somebody who guessed too often.
   *
   * @param retryAfter when the next attempt is looked at, from now; positive
   * @return an exception of kind {@code LOCKED_OUT}
   */
  public static ControllerException lockedOut(Duration retryAfter) {
    long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
    String message = "too many failed attempts: try again in " + seconds + " s";
    return new ControllerException(
        Kind.LOCKED_OUT, message, Duration.ofSeconds(seconds), null, null);
  }

  /**
   * Returns the answer to a removal that is recorded and not yet enforced everywhere.
   *
   * @param message what is closed, what is not, and by when it will be
   * @param closesBy the latest time at which the kernel closes it by itself
   * @return an exception of kind {@code UNAVAILABLE}
   */
  public static ControllerException closingLater(String message, Instant closesBy) {
    return new ControllerException(
        Kind.UNAVAILABLE, message, null, requireNonNull(closesBy, "closesBy"), null);
  }

  /**
   * Returns the answer to a flaw of the server. The cause is for the log alone.
   *
   * @param cause what happened
   * @return an exception of kind {@code INTERNAL}
   */
  public static ControllerException internal(Throwable cause) {
    return new ControllerException(
        Kind.INTERNAL, "internal error: the server's log has the cause", null, null, cause);
  }

  /**
   * Returns what the caller can do about it.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Returns how long to wait.
   *
   * @return whole seconds, at least one; present exactly for {@code LOCKED_OUT}
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /**
   * Returns the latest time at which the kernel closes what could not be closed now.
   *
   * @return present only for {@code UNAVAILABLE} from what takes something away
   */
  public Optional<Instant> closesBy() {
    return Optional.ofNullable(closesBy);
  }
}
