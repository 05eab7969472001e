package io.aegis.policy.document;

import io.aegis.policy.document.Node.Scalar;
import io.aegis.policy.document.Node.Style;

/**
 * Finds where a character of a scalar stands in the document. Whoever reads sentences or conditions
 * knows an offset into the text; quotes, escapes, folded lines and indentation lie between that and
 * the place that an editor can jump to.
 *
 * <p>The text and what was written are walked side by side. YAML changes nothing in a scalar but
 * white space, doubled single quotes, and what a backslash escapes in double quotes; so the next
 * character that is neither is the same on both sides.
 */
final class ScalarPlaces {
  private final SourceText source;
  private final String text;
  private final Style style;
  private int at;

  private ScalarPlaces(SourceText source, Scalar scalar) {
    this.source = source;
    this.text = scalar.text();
    this.style = scalar.style();
    this.at = source.indexOf(scalar.place());
  }

  /**
   * Returns the place of the character of {@code scalar} at {@code offset}; behind its last one for
   * an offset that is as long as the text.
   */
  static Place find(SourceText source, Scalar scalar, int offset) {
    return source.placeAt(new ScalarPlaces(source, scalar).walk(offset));
  }

  private int walk(int offset) {
    skipOpening();
    int i = 0;
    while (i < Math.min(offset, text.length())) {
      int c = text.codePointAt(i);
      step(c);
      i += Character.charCount(c);
    }
    if (i < text.length() && !isBlank(text.charAt(i))) {
      skipBlanks();
    }
    return Math.min(at, source.length());
  }

  private void skipOpening() {
    switch (style) {
      case PLAIN -> {}
      case SINGLE_QUOTED, DOUBLE_QUOTED -> at++;
      case BLOCK -> {
        while (at < source.length() && peek() != '\n' && peek() != '\r') {
          at++;
        }
      }
    }
  }

  private void step(int c) {
    if (isBlank(c)) {
      stepBlank(c);
      return;
    }
    skipBlanks();
    if (style == Style.DOUBLE_QUOTED && peek() == '\\') {
      at += escapeLength();
    } else if (style == Style.SINGLE_QUOTED && c == '\'') {
      at += 2;
    } else {
      at++;
    }
  }

  // White space may be more or less than what was written; what counts is to stay before the next
  // other character.
  private void stepBlank(int c) {
    if (style == Style.DOUBLE_QUOTED && peek() == '\\' && !isEscapedBreak()) {
      at += escapeLength();
    } else if (peek() == c) {
      at++;
    }
  }

  private void skipBlanks() {
    while (at < source.length() && (isBlank(peek()) || isEscapedBreak())) {
      at++;
    }
  }

  private boolean isEscapedBreak() {
    if (style != Style.DOUBLE_QUOTED || peek() != '\\') {
      return false;
    }
    int next = source.characterAt(at + 1);
    return next == '\n' || next == '\r';
  }

  private int escapeLength() {
    return switch (source.characterAt(at + 1)) {
      case 'x' -> 4;
      case 'u' -> 6;
      case 'U' -> 10;
      default -> 2;
    };
  }

  private int peek() {
    return source.characterAt(at);
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
