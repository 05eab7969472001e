package io.aegis.policy.document;

import java.util.regex.Pattern;

/** Writes text so that YAML reads the same. */
final class YamlText {

  /** Text that can stand as it is, wherever it stands. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_./+@-]*( [A-Za-z0-9_./+@'\\[\\]:-]+)*");

  /** Several lines, none of them empty, that begin and end with something to see. */
  private static final Pattern BLOCK =
      Pattern.compile(
          "[^\\s\\p{Cntrl}]([^\\p{Cntrl}]*[^\\s\\p{Cntrl}])?(\n *[^\\s\\p{Cntrl}]([^\\p{Cntrl}]*[^\\s\\p{Cntrl}])?)+");

  private static final Pattern LOOKS_LIKE_TRUTH = Pattern.compile("(?i)yes|no|on|off|y|n");

  private static final int LONGEST_SIMPLE_KEY = 1_000;

  private YamlText() {}

  /** Returns a scalar whose value is {@code text}. */
  static String scalar(String text) {
    if (isPlain(text)) {
      return text;
    }
    boolean isPrintable = text.codePoints().noneMatch(Printable::isUnfit);
    return isPrintable ? "'" + text.replace("'", "''") + "'" : escaped(text);
  }

  /**
   * Returns what stands behind a key of a given indentation for {@code text} to be its value: a
   * block, which is best to read, for several lines that it does not change; otherwise a scalar.
   */
  static String value(String text, String indent) {
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    if (!BLOCK.matcher(body).matches()
        || body.codePoints().anyMatch(c -> c != '\n' && Printable.isUnfit(c))) {
      return scalar(text);
    }
    String mark = text.endsWith("\n") ? "|" : "|-";
    return mark + "\n" + indent + "  " + body.replace("\n", "\n" + indent + "  ");
  }

  /** Returns the beginning of a line that sets {@code key}. */
  static String key(String key) {
    String scalar = scalar(key);
    return scalar.length() <= LONGEST_SIMPLE_KEY ? scalar + ":" : "? " + scalar + "\n:";
  }

  // No ": " and no " #" can come about; a word that ends in a colon would be a key.
  private static boolean isPlain(String text) {
    return text.length() <= 200
        && PLAIN.matcher(text).matches()
        && !text.contains(": ")
        && !text.endsWith(":")
        && !LOOKS_LIKE_TRUTH.matcher(text).matches()
        && PlainKind.of(text) == PlainKind.TEXT;
  }

  private static String escaped(String text) {
    var escaped = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> escaped.append("\\\"");
            case '\\' -> escaped.append("\\\\");
            case '\n' -> escaped.append("\\n");
            case '\t' -> escaped.append("\\t");
            default -> {
              if (Printable.isUnfit(c)) {
                escaped.append((c > 0xFFFF ? "\\U%08X" : "\\u%04X").formatted(c));
              } else {
                escaped.appendCodePoint(c);
              }
            }
          }
        });
    return escaped.append('"').toString();
  }
}
