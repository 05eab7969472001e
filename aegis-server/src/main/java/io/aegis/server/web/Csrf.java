package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.identity.Session;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Marks our own forms, so that a form of somebody else is known. A mark is bound to a session (or,
 * before there is one, to a cookie of the browser) and to this start of the server. Safe for any
 * number of threads.
 */
final class Csrf {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  @Inject
  Csrf() {
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** Returns the mark of a session's forms. */
  String mark(Session session) {
    return mark("session " + session.id());
  }

  /** Returns the mark of the login form that was made for a cookie. */
  String loginMark(String nonce) {
    return mark("login " + nonce);
  }

  /** Returns the value of a new cookie. */
  String nonce() {
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    return HexFormat.of().formatHex(nonce);
  }

  /**
   * Compares marks in constant time.
   *
   * @throws HttpFailure 403 if they differ
   */
  static void require(String expected, String sent) {
    byte[] left = expected.getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(left, sent.getBytes(StandardCharsets.UTF_8))) {
      throw notOurs();
    }
  }

  static HttpFailure notOurs() {
    return HttpFailure.forbidden("this form was too old, or not ours: please try again");
  }

  /** Returns whether a cookie can have come from {@link #nonce}. */
  static boolean isNonce(String cookie) {
    return cookie.matches("[0-9a-f]{32}");
  }

  private String mark(String what) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] sum = mac.doFinal(what.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + ALGORITHM, e);
    }
  }
}
