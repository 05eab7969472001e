package io.aegis.server.identity;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A secret that stands for a session. The server keeps only its hash.
 *
 * @param value what the client sends back: letters, digits, {@code -} and {@code _}
 * @param expiresAt from when on it is refused
 */
public record Token(String value, Instant expiresAt) {

  /** Makes a token. */
  public Token {
    requireNonNull(value, "value");
    requireNonNull(expiresAt, "expiresAt");
  }

  /** Returns a text without the secret. */
  @Override
  public String toString() {
    return "Token[value=****, expiresAt=" + expiresAt + "]";
  }
}
