package io.aegis.policy.cel;

import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelExpr;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.util.Map;

/** Where expressions stand in the text of a condition. */
final class Places {

  private final String text;
  private final Map<Long, Integer> offsets;

  /**
   * Makes places of a text that was parsed.
   *
   * @param text the condition
   * @param source what the parser made of it; its offsets count code points
   */
  Places(String text, CelSource source) {
    this.text = text;
    this.offsets = source.getPositionsMap();
  }

  Mistake mistake(CelExpr where, String what) {
    return mistake(text, start(where), what);
  }

  /** Returns for example {@code line 1, column 5}. */
  String place(CelExpr expression) {
    Mistake here = mistake(expression, "");
    return "line " + here.line() + ", column " + here.column();
  }

  /**
   * Makes a mistake of a place as CEL counts it: lines from 1, columns in code points from 0,
   * negative if there is none.
   */
  static Mistake mistake(String text, CelSourceLocation place, String what) {
    int lineStart = 0;
    for (int line = 1; line < place.getLine(); line++) {
      lineStart = text.indexOf('\n', lineStart) + 1;
    }
    return mistake(text, codePoints(text, lineStart, Math.max(place.getColumn(), 0)), what);
  }

  private static Mistake mistake(String text, int index, String what) {
    String before = text.substring(0, index);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return new Mistake(line, index - before.lastIndexOf('\n'), what);
  }

  /** The index {@code count} code points behind {@code from}, or the end. */
  private static int codePoints(String text, int from, int count) {
    int index = from;
    for (int i = 0; i < count && index < text.length(); i++) {
      index += Character.charCount(text.codePointAt(index));
    }
    return index;
  }

  /** The index of the first character of an expression; CEL knows that of its operator. */
  private int start(CelExpr expression) {
    int first = Integer.MAX_VALUE;
    Integer offset = offsets.get(expression.id());
    if (offset != null) {
      first = codePoints(text, 0, offset);
      if (expression.getKind() == CelExpr.ExprKind.Kind.CALL) {
        int name = text.lastIndexOf(expression.call().function(), first);
        first = expression.call().target().isEmpty() && name >= 0 ? name : first;
      }
    }
    for (CelExpr part : Parts.of(expression)) {
      first = Math.min(first, start(part));
    }
    return first == Integer.MAX_VALUE ? 0 : first;
  }
}
