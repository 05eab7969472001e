package io.aegis.server.identity;

import io.aegis.server.identity.ControllerException.Kind;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Pattern;

/** What things may be called, and when two names are the same. */
public final class Naming {
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_DESCRIPTION = 1000;

  /**
   * Letters and digits of any script; no space, so that a name is one word wherever it is printed.
   */
  private static final Pattern USERNAME =
      Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._@+-]*");

  /** Control, format and unassigned characters could forge a line or hide. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}]");

  private Naming() {}

  /**
   * Checks the name of a user.
   *
   * @param text as sent
   * @return the name as it is kept
   * @throws ControllerException {@code INVALID} saying what a name may be
   */
  public static String username(String text) {
    String name = Normalizer.normalize(text, Form.NFKC);
    if (length(name) > LONGEST_NAME || !USERNAME.matcher(name).matches()) {
      throw new ControllerException(
          Kind.INVALID,
          "a username has 1 to "
              + LONGEST_NAME
              + " letters, digits and . _ @ + -, and begins with a letter or digit");
    }
    return name;
  }

  /**
   * Checks the name of a thing.
   *
   * @param what the kind of thing, with article, for the message
   * @param text as sent
   * @return the name as it is kept, without white space around it
   * @throws ControllerException {@code INVALID} saying what a name may be
   */
  public static String name(String what, String text) {
    String name = Normalizer.normalize(text, Form.NFKC).strip();
    if (name.isEmpty() || length(name) > LONGEST_NAME || UNPRINTABLE.matcher(name).find()) {
      throw new ControllerException(
          Kind.INVALID,
          "the name of " + what + " has 1 to " + LONGEST_NAME + " printable characters");
    }
    return name;
  }

  /**
   * Checks a description.
   *
   * @param text as sent
   * @return the description as it is kept
   * @throws ControllerException {@code INVALID} saying what a description may be
   */
  public static String description(String text) {
    String description = text.strip();
    String printed = description.replace("\n", "").replace("\r", "").replace("\t", "");
    if (length(description) > LONGEST_DESCRIPTION || UNPRINTABLE.matcher(printed).find()) {
      throw new ControllerException(
          Kind.INVALID,
          "a description has at most " + LONGEST_DESCRIPTION + " printable characters");
    }
    return description;
  }

  /**
   * Returns what two names have in common exactly when they count as the same.
   *
   * @param name any text
   * @return the name in one form and letter case
   */
  public static String key(String name) {
    // Upper case first: some letters have several lower-case forms that share one upper-case form.
    String upper = Normalizer.normalize(name.strip(), Form.NFKC).toUpperCase(Locale.ROOT);
    return Normalizer.normalize(upper.toLowerCase(Locale.ROOT), Form.NFKC);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
