package io.aegis.server.lab;

import org.jspecify.annotations.Nullable;

/** The lab could not be made, used or taken down; the message says what to do. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LabException(String message) {
    this(message, null);
  }

  LabException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
