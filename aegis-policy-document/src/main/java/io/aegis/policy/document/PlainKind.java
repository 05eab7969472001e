package io.aegis.policy.document;

import java.util.regex.Pattern;

/** What a scalar without quotes is, by the core schema of YAML 1.2 (section 10.3.2). */
enum PlainKind {
  NOTHING("|~|null|Null|NULL") {
    @Override
    String words(String text) {
      return text.isEmpty() ? "nothing" : "nothing ('" + text + "' without quotes)";
    }
  },
  TRUTH("true|True|TRUE|false|False|FALSE") {
    @Override
    String words(String text) {
      return "the truth value " + text + " (in quotes it is text)";
    }
  },
  WHOLE_NUMBER("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+") {
    @Override
    String words(String text) {
      return "the number " + Printable.quote(text) + " (in quotes it is text)";
    }
  },
  FRACTION(
      "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
          + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)") {
    @Override
    String words(String text) {
      return "the number " + Printable.quote(text) + " (in quotes it is text)";
    }
  },
  TEXT("") {
    @Override
    String words(String text) {
      return "the text " + Printable.quote(text);
    }
  };

  // Longer than any number that is meant; keeps the patterns from being tried on long text.
  private static final int LONGEST = 64;

  private final Pattern pattern;

  PlainKind(String pattern) {
    this.pattern = Pattern.compile(pattern);
  }

  /** Returns what a scalar of this text is called in a message. */
  abstract String words(String text);

  static PlainKind of(String text) {
    if (text.length() > LONGEST) {
      return TEXT;
    }
    for (PlainKind kind : values()) {
      if (kind != TEXT && kind.pattern.matcher(text).matches()) {
        return kind;
      }
    }
    return TEXT;
  }
}
