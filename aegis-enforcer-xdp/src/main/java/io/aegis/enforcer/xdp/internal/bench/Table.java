package io.aegis.enforcer.xdp.internal.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Rows as text for people. */
final class Table {

  private static final List<String> HEADS =
      List.of("work", "median", "least..most", "floor", "ratio", "least..most", "budget", "");

  private Table() {}

  static List<String> lines(List<Row> rows) {
    var cells = new ArrayList<List<String>>();
    cells.add(HEADS);
    rows.forEach(row -> cells.add(cells(row)));
    int[] widths =
        IntStream.range(0, HEADS.size())
            .map(column -> cells.stream().mapToInt(c -> c.get(column).length()).max().orElse(0))
            .toArray();
    return cells.stream().map(line -> line(line, widths)).toList();
  }

  private static List<String> cells(Row row) {
    Series ratio = row.ratio();
    Series values = row.values();
    return List.of(
        row.name(),
        values == null ? "" : number(values.median()) + " " + row.unit(),
        values == null ? "" : spread(values),
        row.floor() == null ? "" : number(row.floor().median()),
        ratio == null ? "" : number(ratio.median()),
        ratio == null ? "" : spread(ratio),
        budget(row),
        verdict(row));
  }

  private static String verdict(Row row) {
    Boolean isMet = row.isMet();
    Double budget = row.budget();
    Series limited = row.limited();
    if (row.obstacle() != null) {
      return "not measured, because " + row.obstacle();
    }
    if (isMet == null || budget == null || limited == null) {
      return "";
    }
    double times = limited.median() / budget;
    return isMet ? "met" : "missed, " + number(times) + " × the budget";
  }

  private static String budget(Row row) {
    if (row.budget() == null) {
      return "";
    }
    return "≤ " + number(row.budget()) + (row.floor() == null ? " " + row.unit() : "");
  }

  private static String spread(Series series) {
    return number(series.least()) + ".." + number(series.most());
  }

  /** Three digits that count; whole numbers beyond. */
  static String number(double value) {
    if (value >= 100) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return value >= 10
        ? String.format(Locale.ROOT, "%.1f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String gap = " ".repeat(widths[i] - cells.get(i).length());
      boolean isText = i == 0 || i == cells.size() - 1;
      line.append(i == 0 ? "" : "  ")
          .append(isText ? "" : gap)
          .append(cells.get(i))
          .append(isText ? gap : "");
    }
    return line.toString().stripTrailing();
  }
}
