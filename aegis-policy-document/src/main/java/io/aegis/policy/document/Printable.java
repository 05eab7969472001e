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

  private static boolean isUnfit(int c) {
    return Character.isISOControl(c)
        || c == 0x2028
        || c == 0x2029
        || Character.getType(c) == Character.SURROGATE;
  }
}
