package io.aegis.server.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Secrets from the system's random source, and the hashes under which they are kept. */
final class Tokens {
  private static final int TOKEN_BYTES = 32;
  private static final int PASSWORD_CHARACTERS = 20;

  /** No character that is easily taken for another. */
  private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ234679";

  private final SecureRandom random = new SecureRandom();

  Tokens() {}

  /** 256 random bits as 43 characters that need no escaping anywhere. */
  String next() {
    var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A password of more than 110 bits that a person can copy by hand. */
  String password() {
    var password = new StringBuilder();
    for (int i = 0; i < PASSWORD_CHARACTERS; i++) {
      if (i > 0 && i % 5 == 0) {
        password.append('-');
      }
      password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }

  /** SHA-256 is enough for something random: there is nothing to guess. */
  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
