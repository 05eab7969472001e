package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.bench.FloodLab.Flood;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What floods have taken, and what could not be measured of them, as rows. For one thread. */
final class FloodRows {

  /** The guard that only drops, whose time is mostly that of sending. */
  static final String FLOOR = "drop";

  static final String AEGIS = "aegis";
  static final String XDP_FILTER = "xdp-filter";
  static final String NFTABLES = "nftables";

  private static final double NANOS_PER_MICRO = 1e3;
  private static final double PERCENT = 100;

  private final Set<String> guards = new LinkedHashSet<>();
  private final Map<String, List<Flood>> floods = new HashMap<>();
  private final Map<String, String> obstacles = new HashMap<>();

  /** Makes rows for those guards; of others there are none. */
  FloodRows(Set<String> guards) {
    this.guards.addAll(guards);
  }

  void add(String guard, Flood flood) {
    floods.computeIfAbsent(guard, _ -> new ArrayList<>()).add(flood);
  }

  /** A guard cannot be measured; what was measured of it before does not count. */
  void giveUp(String guard, String why) {
    obstacles.putIfAbsent(guard, why);
  }

  boolean isGivenUp(String guard) {
    return obstacles.containsKey(guard);
  }

  List<Row> rows() {
    var rows = new ArrayList<Row>();
    String dropped = "flood over veth dropped by ";
    String name = dropped + "Aegis, %,d grants".formatted(GateWorks.GRANTS);
    add(rows, "floor: flood over veth, program that only drops", FLOOR);
    beside(rows, dropped + XDP_FILTER, XDP_FILTER, FLOOR, null);
    beside(rows, dropped + NFTABLES, NFTABLES, FLOOR, null);
    beside(rows, name, AEGIS, FLOOR, null);
    beside(rows, name + " ÷ " + XDP_FILTER, AEGIS, XDP_FILTER, 1.0);
    beside(rows, name + " ÷ " + NFTABLES, AEGIS, NFTABLES, null);
    for (String each : List.of(AEGIS, XDP_FILTER, NFTABLES)) {
      plain(rows, "frames dropped in a CPU second, " + each, "M", each, FloodRows::millions);
    }
    plain(rows, "CPU of the agent during a flood", "%", AEGIS, FloodRows::agentPercent);
    return rows;
  }

  private void add(List<Row> rows, String name, String guard) {
    plain(rows, name, "ns", guard, Flood::nanosPerFrame);
  }

  private void plain(
      List<Row> rows, String name, String unit, String guard, ToDoubleFunction<Flood> value) {
    if (!guards.contains(guard)) {
      return;
    }
    String why = obstacles.get(guard);
    rows.add(
        why == null
            ? Row.plain(name, unit, series(guard, value))
            : Row.notMeasured(name, unit, null, why));
  }

  /** Beside another guard; without the budget and the ratio where only that one is missing. */
  private void beside(
      List<Row> rows, String name, String guard, String other, @Nullable Double budget) {
    if (!guards.contains(guard) || !guards.contains(other)) {
      return;
    }
    String why = obstacles.get(guard);
    if (why == null && budget != null) {
      why = obstacles.get(other);
    }
    if (why != null) {
      rows.add(Row.notMeasured(name, "ns", budget, why));
      return;
    }
    Series floor = isGivenUp(other) ? null : series(other, Flood::nanosPerFrame);
    rows.add(new Row(name, "ns", series(guard, Flood::nanosPerFrame), floor, budget));
  }

  private static double millions(Flood flood) {
    return NANOS_PER_MICRO / flood.nanosPerFrame();
  }

  private static double agentPercent(Flood flood) {
    return PERCENT * flood.otherNanos() / flood.wallNanos();
  }

  private Series series(String guard, ToDoubleFunction<Flood> value) {
    return new Series(
        floods.getOrDefault(guard, List.of()).stream()
            .map(flood -> value.applyAsDouble(flood))
            .toList());
  }
}
