package io.aegis.server.lab;

import org.jspecify.annotations.Nullable;

/** The lab could not be made, used or taken down; the message says what to do. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean usage;

  LabException(String message) {
    this(message, null);
  }

  LabException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private LabException(String message, @Nullable Throwable cause, boolean usage) {
    super(message, cause);
    this.usage = usage;
  }

  /** Says that the user's words name nothing that a lab can have. */
  static LabException ofWords(String message) {
    return new LabException(message, null, true);
  }

  /**
   * Returns whether the user's words were the cause.
   *
   * @return true if other words would do
   */
  public boolean isUsage() {
    return usage;
  }
}
