package io.aegis.server.identity;

import io.aegis.server.identity.ControllerException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What makes a new password acceptable. Length counts most; short ones need several classes of
 * characters; whatever is built around a word that everybody tries first is refused. Passwords that
 * exist already are not judged again. Safe for any number of threads.
 */
final class PasswordRules {
  static final int LEAST_CHARACTERS = 8;
  static final int MOST_CHARACTERS = 128;

  /** From this length on, characters of one class are enough. */
  static final int LONG_CHARACTERS = 16;

  private static final int LEAST_CLASSES = 3;
  private static final int LEAST_DIFFERENT = 5;

  /** What people put around a word to satisfy rules about classes. */
  private static final Pattern AROUND = Pattern.compile("^[^\\p{L}]+|[^\\p{L}]+$");

  private static final String COMMON = "/io/aegis/server/identity/common-passwords.txt";

  private final Set<String> common;

  PasswordRules() {
    this.common = readCommon();
  }

  /** Refuses a weak password, saying what a good one has. */
  void require(String password, String username) {
    int characters = password.codePointCount(0, password.length());
    if (characters < LEAST_CHARACTERS || characters > MOST_CHARACTERS) {
      throw weak("has " + LEAST_CHARACTERS + " to " + MOST_CHARACTERS + " characters");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(password)) {
      throw weak("has only whole characters");
    }
    if (characters < LONG_CHARACTERS && classes(password) < LEAST_CLASSES) {
      throw weak(
          "has three of lower-case letters, upper-case letters, digits and others, or at least "
              + LONG_CHARACTERS
              + " characters");
    }
    if (password.codePoints().distinct().count() < LEAST_DIFFERENT || isRun(password)) {
      throw weak("is more than a repeated or consecutive sequence");
    }
    if (isCommon(password) || containsName(password, username)) {
      throw weak("is not a common one, nor one with the username in it");
    }
  }

  private static ControllerException weak(String rule) {
    return new ControllerException(Kind.INVALID, "password too weak: a good one " + rule);
  }

  private static int classes(String password) {
    boolean lower = password.codePoints().anyMatch(Character::isLowerCase);
    boolean upper = password.codePoints().anyMatch(Character::isUpperCase);
    boolean digit = password.codePoints().anyMatch(Character::isDigit);
    boolean other =
        password
            .codePoints()
            .anyMatch(c ->
                !Character.isLowerCase(c) && !Character.isUpperCase(c) && !Character.isDigit(c));
    return (lower ? 1 : 0) + (upper ? 1 : 0) + (digit ? 1 : 0) + (other ? 1 : 0);
  }

  /** Whether each character follows the one before it, up or down: 12345678, hgfedcba. */
  private static boolean isRun(String password) {
    int[] points = password.codePoints().toArray();
    int step = points[1] - points[0];
    if (Math.abs(step) > 1) {
      return false;
    }
    for (int i = 1; i < points.length; i++) {
      if (points[i] - points[i - 1] != step) {
        return false;
      }
    }
    return true;
  }

  private boolean isCommon(String password) {
    String lower = password.toLowerCase(Locale.ROOT);
    String bare = AROUND.matcher(lower).replaceAll("");
    String plain = withoutDisguise(lower);
    return Stream.of(
            lower, bare, plain, withoutDisguise(bare), AROUND.matcher(plain).replaceAll(""))
        .anyMatch(common::contains);
  }

  private static boolean containsName(String password, String username) {
    String name = username.toLowerCase(Locale.ROOT);
    return name.length() >= 3 && password.toLowerCase(Locale.ROOT).contains(name);
  }

  /** Undoes the letters that everybody replaces in the same way. */
  private static String withoutDisguise(String lower) {
    return lower
        .replace('0', 'o')
        .replace('1', 'i')
        .replace('3', 'e')
        .replace('4', 'a')
        .replace('5', 's')
        .replace('7', 't')
        .replace('@', 'a')
        .replace('$', 's')
        .replace('!', 'i');
  }

  private static Set<String> readCommon() {
    try (InputStream in = PasswordRules.class.getResourceAsStream(COMMON)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + COMMON);
      }
      var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      return reader
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + COMMON, e);
    }
  }
}
