package io.aegis.policy.document;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes maps, collections, texts, numbers and truth values as JSON. */
final class JsonText {
  private JsonText() {}

  /** Writes on one line. */
  static String line(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> string(e.getKey().toString()) + ":" + line(e.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case Collection<?> items ->
          items.stream().map(JsonText::line).collect(Collectors.joining(",", "[", "]"));
      case String text -> string(text);
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      default -> throw new IllegalArgumentException("not JSON: " + value.getClass());
    };
  }

  /** Writes so that people can read it, and a change shows as a change of lines. */
  static String pretty(Object value) {
    var text = new StringBuilder();
    append(text, value, "\n");
    return text.append('\n').toString();
  }

  private static void append(StringBuilder text, Object value, String indent) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(separator).append(indent).append("  ");
        text.append(string(entry.getKey().toString())).append(": ");
        append(text, entry.getValue(), indent + "  ");
        separator = ",";
      }
      text.append(indent).append('}');
    } else {
      text.append(spaced(value, indent));
    }
  }

  // Lists of maps go over several lines, lists of words do not.
  private static String spaced(Object value, String indent) {
    if (!(value instanceof Collection<?> items)
        || items.stream().noneMatch(Map.class::isInstance)) {
      return line(value).replace("\",\"", "\", \"");
    }
    var text = new StringBuilder();
    String separator = "[";
    for (Object item : items) {
      text.append(separator).append(indent).append("  ");
      append(text, item, indent + "  ");
      separator = ",";
    }
    return text.append(indent).append(']').toString();
  }

  private static String string(String text) {
    var json = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            json.append('\\').append((char) c);
          } else if (c < 0x20 || c >= 0x7F) {
            json.append("\\u%04x".formatted(c));
          } else {
            json.append((char) c);
          }
        });
    return json.append('"').toString();
  }
}
