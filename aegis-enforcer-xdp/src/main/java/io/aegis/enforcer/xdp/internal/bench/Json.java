package io.aegis.enforcer.xdp.internal.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON for machines: an array with one object for each row, on a line of its own. {@code
 * floor}, {@code ratio}, {@code budget} and {@code met} are null where there is none; {@code ratio}
 * is the median of the repetitions' ratios, and {@code spread} holds the least and the most. What
 * could not be measured has null for all of that, and {@code not_measured} says why.
 */
final class Json {

  private Json() {}

  static String of(List<Row> rows) {
    return rows.stream().map(Json::object).collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n"));
  }

  private static String object(Row row) {
    Series ratio = row.ratio();
    return String.format(
        Locale.ROOT,
        "{\"name\": %s, \"value\": %s, \"unit\": %s, \"floor\": %s, \"ratio\": %s, \"budget\": %s,"
            + " \"met\": %s, \"spread\": {\"value\": %s, \"ratio\": %s}%s}",
        text(row.name()),
        median(row.values()),
        text(row.unit()),
        median(row.floor()),
        median(ratio),
        row.budget(),
        row.isMet(),
        spread(row.values()),
        spread(ratio),
        row.obstacle() == null ? "" : ", \"not_measured\": " + text(row.obstacle()));
  }

  private static @Nullable String median(@Nullable Series series) {
    return series == null ? null : number(series.median());
  }

  private static @Nullable String spread(@Nullable Series series) {
    return series == null
        ? null
        : "[" + number(series.least()) + ", " + number(series.most()) + "]";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Quotes a text (RFC 8259 section 7). */
  static String text(String text) {
    var quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          switch (c) {
            case '"', '\\' -> quoted.append('\\').append((char) c);
            default -> {
              if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                quoted.append((char) c);
              }
            }
          }
        });
    return quoted.append('"').toString();
  }
}
