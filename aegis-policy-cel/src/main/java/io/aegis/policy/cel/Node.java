package io.aegis.policy.cel;

/**
 * A part of a condition that is true or false, ready to run.
 *
 * <p>An evaluation leaves in the {@link Moment} until when time alone does not change what was
 * returned: an instant after that of the moment, {@link java.time.Instant#MAX} if time changes
 * nothing; and for {@link Truth#UNKNOWN}, why. Nothing is thrown.
 */
interface Node {

  Truth evaluate(Moment moment);

  /** Returns whether time has no part in it, so that it stays as it is for the same request. */
  default boolean isTimeless() {
    return true;
  }
}
