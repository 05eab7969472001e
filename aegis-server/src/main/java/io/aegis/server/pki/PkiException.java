package io.aegis.server.pki;

import org.jspecify.annotations.Nullable;

/**
 * A certificate or key cannot be used. The message is one line for the operator: which file, what
 * is wrong with it, and what to do.
 */
public final class PkiException extends Exception {
  private static final long serialVersionUID = 1L;

  PkiException(String message) {
    super(message);
  }

  PkiException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
