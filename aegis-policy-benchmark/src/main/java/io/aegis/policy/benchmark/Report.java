package io.aegis.policy.benchmark;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What was measured, as lines for people and as JSON for machines; the JSON has the shape of that
 * of {@code ./aegis bench datapath}.
 */
final class Report {

  private static final double BUDGET_OF_ANYTHING_NS = 200; // 5 million a second
  private static final double BUDGET_OF_CONDITION_NS = 1_000; // 1 million a second
  private static final double BUDGET_OF_GROWTH = 2;
  private static final double BUDGET_OF_PEER = 0.1;
  private static final double BUDGET_OF_COMPILE_MS = 2_000;
  private static final String FEWEST = String.valueOf(DecideBenchmark.FEWEST);
  private static final String BUDGETED = "5000";
  private static final int WIDEST_BAR = 50;

  /**
   * One line.
   *
   * @param floor what the value is compared with; NaN for nothing
   * @param budget the most that value ÷ floor may be, or the value where there is no floor; NaN if
   *     there is none
   * @param bytes what one decision allocates; NaN where nobody asked
   */
  private record Row(
      String name, String unit, List<Double> values, double floor, double budget, double bytes) {

    double median() {
      return values.stream().sorted().toList().get(values.size() / 2);
    }

    double least() {
      return Collections.min(values);
    }

    double most() {
      return Collections.max(values);
    }

    double ratio(double value) {
      return value / floor;
    }

    double limited() {
      return Double.isNaN(floor) ? median() : ratio(median());
    }

    @Nullable Boolean isMet() {
      return Double.isNaN(budget) ? null : limited() <= budget;
    }
  }

  private final Collection<RunResult> results;
  private final List<Row> rows = new ArrayList<>();

  Report(Collection<RunResult> results) {
    this.results = results;
    addDecisions();
    addGrowth();
    addPeers();
    addCompile();
  }

  private void addDecisions() {
    for (String rules : List.of(FEWEST, BUDGETED, "100000")) {
      add(
          "decide, 10,000 principals, 1,000 services, " + rules + " rules",
          find("DecideBenchmark.anything", "rules", rules),
          Double.NaN,
          rules.equals(BUDGETED) ? BUDGET_OF_ANYTHING_NS : Double.NaN);
    }
    add(
        "decide by a CEL condition of three terms, 5,000 rules",
        find("ConditionBenchmark.threeTerms"),
        Double.NaN,
        BUDGET_OF_CONDITION_NS);
  }

  private void addGrowth() {
    double fewest =
        find("DecideBenchmark.same", "rules", FEWEST).map(Report::median).orElse(Double.NaN);
    for (String rules : List.of(FEWEST, "1000", "10000", "100000")) {
      boolean isMost = rules.equals("100000");
      add(
          "the same requests, " + rules + " rules",
          find("DecideBenchmark.same", "rules", rules),
          rules.equals(FEWEST) ? Double.NaN : fewest,
          isMost ? BUDGET_OF_GROWTH : Double.NaN);
    }
  }

  private void addPeers() {
    for (String rules : List.of("10", "100", "1000")) {
      double best = Double.POSITIVE_INFINITY;
      for (String peer : List.of("jcasbin", "cedar")) {
        Optional<RunResult> found = find("PeerBenchmark.decide", "rules", rules, "engine", peer);
        add(peer + ", " + rules + " rules", found, Double.NaN, Double.NaN);
        best = Math.min(best, found.map(Report::median).orElse(best));
      }
      add(
          "aegis, " + rules + " rules ÷ the faster of them",
          find("PeerBenchmark.decide", "rules", rules, "engine", "aegis"),
          Double.isInfinite(best) ? Double.NaN : best,
          BUDGET_OF_PEER);
    }
  }

  private void addCompile() {
    add(
        "compile 100,000 rules",
        find("CompileBenchmark.compile"),
        Double.NaN,
        BUDGET_OF_COMPILE_MS);
  }

  private Optional<RunResult> find(String name, String... parameters) {
    return results.stream().filter(result -> is(result, name, parameters)).findFirst();
  }

  private static boolean is(RunResult result, String name, String... parameters) {
    boolean same = result.getParams().getBenchmark().endsWith("." + name);
    for (int i = 0; same && i < parameters.length; i += 2) {
      same = parameters[i + 1].equals(result.getParams().getParam(parameters[i]));
    }
    return same;
  }

  private void add(String name, Optional<RunResult> found, double floor, double budget) {
    found.ifPresent(result -> {
      Result<?> primary = result.getPrimaryResult();
      Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
      String unit = primary.getScoreUnit().replace("/op", "");
      double bytes = allocated == null ? Double.NaN : allocated.getScore();
      rows.add(new Row(name, unit, values(result), floor, budget, bytes));
    });
  }

  /** Processor time of each iteration; the clock's where one shot is all there is. */
  private static List<Double> values(RunResult result) {
    boolean isShot = result.getParams().getMode() == Mode.SingleShotTime;
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .map(each -> (isShot ? each.getPrimaryResult() : cpu(each)).getScore())
        .toList();
  }

  private static Result<?> cpu(IterationResult iteration) {
    return Objects.requireNonNull(iteration.getSecondaryResults().get(CpuTime.LABEL), "CPU time");
  }

  private static double median(RunResult result) {
    return new Row("", "", values(result), Double.NaN, Double.NaN, Double.NaN).median();
  }

  /** Returns the table. */
  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            "%-58s %12s  %-16s %7s  %-24s %s",
            "work", "median", "least..most", "ratio", "budget", "allocated"));
    for (Row row : rows) {
      lines.add(
          String.format(
                  "%-58s %12s  %-16s %7s  %-24s %s",
                  row.name,
                  text(row.median()) + " " + row.unit,
                  text(row.least()) + ".." + text(row.most()),
                  Double.isNaN(row.floor) ? "" : text(row.limited()),
                  budget(row),
                  Double.isNaN(row.bytes) ? "" : text(row.bytes) + " B")
              .stripTrailing());
    }
    return lines;
  }

  private static String budget(Row row) {
    Boolean met = row.isMet();
    if (met == null) {
      return "";
    }
    String most = "≤ " + text(row.budget) + (Double.isNaN(row.floor) ? " " + row.unit : "");
    return most + (met ? "  met" : "  missed");
  }

  /** Returns growth as bars, one for each number of rules. */
  List<String> plot() {
    List<Row> growth =
        rows.stream().filter(row -> row.name.startsWith("the same requests")).toList();
    double most = growth.stream().mapToDouble(Row::median).max().orElse(1);
    return growth.stream()
        .map(row ->
            String.format(
                "%14s  %s %s ns",
                row.name.replace("the same requests, ", ""),
                "█".repeat((int) Math.ceil(row.median() / most * WIDEST_BAR)),
                text(row.median())))
        .toList();
  }

  /** Returns the rows as a JSON array. */
  String json() {
    var objects = new ArrayList<String>();
    for (Row row : rows) {
      boolean compared = !Double.isNaN(row.floor);
      objects.add(
          String.format(
              Locale.ROOT,
              "{\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\", \"floor\": %s, \"ratio\": %s,"
                  + " \"budget\": %s, \"met\": %s, \"bytes\": %s, \"spread\": {\"value\": %s,"
                  + " \"ratio\": %s}}",
              row.name,
              number(row.median()),
              row.unit,
              number(row.floor),
              number(row.ratio(row.median())),
              number(row.budget),
              row.isMet(),
              number(row.bytes),
              spread(row.least(), row.most()),
              compared ? spread(row.ratio(row.least()), row.ratio(row.most())) : null));
    }
    return "[\n  " + String.join(",\n  ", objects) + "\n]\n";
  }

  private static String spread(double least, double most) {
    return "[" + number(least) + ", " + number(most) + "]";
  }

  private static @Nullable String number(double value) {
    return Double.isNaN(value) ? null : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String text(double value) {
    if (value < 1) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    int decimals = Math.max(0, 2 - (int) Math.log10(value));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
