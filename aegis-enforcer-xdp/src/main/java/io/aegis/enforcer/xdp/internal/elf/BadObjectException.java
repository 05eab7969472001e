package io.aegis.enforcer.xdp.internal.elf;

/** An object file is not what this loader understands. */
public final class BadObjectException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what is wrong, where
   */
  public BadObjectException(String message) {
    super(message);
  }

  BadObjectException(String message, Throwable cause) {
    super(message, cause);
  }
}
