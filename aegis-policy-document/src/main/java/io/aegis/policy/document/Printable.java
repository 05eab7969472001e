package io.aegis.policy.document;

/** Makes text that was not checked fit for a message. */
final class Printable {
  private static final int LONGEST_QUOTE = 80;

  private Printable() {}

  /** Returns the beginning of a text in quotes, for a message. */
  static String quote(String text) {
    boolean isLong = text.codePointCount(0, text.length()) > LONGEST_QUOTE;
    String shown = isLong ? text.substring(0, text.offsetByCodePoints(0, LONGEST_QUOTE)) : text;
    return "'" + line(shown) + (isLong ? "…'" : "'");
  }

  /** Returns a text with everything replaced that could forge a line of a log. */
  static String line(String text) {
    if (text.codePoints().noneMatch(Printable::isUnfit)) {
      return text;
    }
    var line = new StringBuilder();
    text.codePoints().map(c -> isUnfit(c) ? '?' : c).forEach(line::appendCodePoint);
    return line.toString();
  }

  /**
   * Whether a character is none that can be seen for what it is: controls, white space that is no
   * space, marks that turn the direction of a text or have no width, halves of characters.
   */
  static boolean isUnfit(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      case Character.SPACE_SEPARATOR -> c != ' ';
      default -> false;
    };
  }
}
