package io.aegis.policy.document;

/** A text is not what it should be. */
final class BadTextException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * Makes an exception.
   *
   * @param offset at which character of the text the mistake begins
   * @param message what is wrong and what to do
   */
  BadTextException(int offset, String message) {
    super(message);
    this.offset = offset;
  }

  int offset() {
    return offset;
  }

  /** Returns what is wrong. */
  String words() {
    return String.valueOf(getMessage());
  }
}
