package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.bench.FloodLab.Flood;
import io.aegis.enforcer.xdp.internal.bench.Guards.Guard;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A flood over a veth pair, and what it costs to drop it: Aegis beside what a user would otherwise
 * pick, in turns. For one thread.
 */
final class FloodWorks {

  private static final double NANOS_PER_MICRO = 1e3;
  private static final double PERCENT = 100;

  /** More than a kernel has of its own on an interface where nobody talks. */
  private static final int STRAY = 100;

  private final Effort effort;
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Guard> guards = new LinkedHashMap<>();
  private final Map<String, List<Flood>> floods = new LinkedHashMap<>();

  FloodWorks(Effort effort) {
    this.effort = effort;
    guards.put("drop", Guards::nothingButDropping);
    guards.put("aegis", Guards::aegis);
    unless(Guards.xdpFilterObstacle(), "xdp-filter", Guards::xdpFilter);
    unless(Guards.nftablesObstacle(), "nftables", Guards::nftables);
  }

  private void unless(Optional<String> obstacle, String name, Guard guard) {
    if (obstacle.isPresent()) {
      notes.add("no flood row for " + name + ": " + obstacle.get());
    } else {
      guards.put(name, guard);
    }
  }

  /** Returns what could not be measured, and why. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Measures everything. */
  List<Row> measure() throws Errno {
    return FloodLab.inNamespaceOfItsOwn(() -> {
      try (FloodLab lab = FloodLab.open()) {
        for (int i = 0; i < effort.repetitions(); i++) {
          for (Map.Entry<String, Guard> each : guards.entrySet()) {
            floods
                .computeIfAbsent(each.getKey(), _ -> new ArrayList<>())
                .add(flood(lab, each.getKey(), each.getValue()));
          }
        }
        return rows();
      }
    });
  }

  private Flood flood(FloodLab lab, String name, Guard guard) throws Exception {
    try (AutoCloseable _ = guard.protect()) {
      lab.flood(effort.flood() / 10); // until everything is warm
      long passed = FloodLab.passed();
      Flood flood = lab.flood(effort.flood());
      passed = FloodLab.passed() - passed;
      if (passed > STRAY || flood.received() < effort.flood() * 9L / 10) {
        throw new IllegalStateException(
            "measuring a flood against %s: of %d frames %d arrived and %d got through"
                .formatted(name, effort.flood(), flood.received(), passed));
      }
      return flood;
    }
  }

  private List<Row> rows() {
    var rows = new ArrayList<Row>();
    Series floor = nanos("drop");
    rows.add(Row.plain("floor: flood over veth, program that only drops", "ns", floor));
    for (String other : List.of("xdp-filter", "nftables")) {
      if (floods.containsKey(other)) {
        rows.add(new Row("flood over veth dropped by " + other, "ns", nanos(other), floor, null));
      }
    }
    String name = "flood over veth dropped by Aegis, %,d grants".formatted(GateWorks.GRANTS);
    rows.add(new Row(name, "ns", nanos("aegis"), floor, null));
    beside(rows, name, "xdp-filter", 1.0);
    beside(rows, name, "nftables", null);
    for (String each : List.of("aegis", "xdp-filter", "nftables")) {
      if (floods.containsKey(each)) {
        rows.add(
            Row.plain(
                "frames dropped in a CPU second, " + each,
                "M",
                series(each, FloodWorks::millions)));
      }
    }
    rows.add(
        Row.plain(
            "CPU of the agent during a flood", "%", series("aegis", FloodWorks::agentPercent)));
    return rows;
  }

  private void beside(List<Row> rows, String name, String other, @Nullable Double budget) {
    if (floods.containsKey(other)) {
      String row = name + " ÷ " + other;
      rows.add(new Row(row, "ns", nanos("aegis"), nanos(other), budget));
    }
  }

  private Series nanos(String name) {
    return series(name, Flood::nanosPerFrame);
  }

  private static double millions(Flood flood) {
    return NANOS_PER_MICRO / flood.nanosPerFrame();
  }

  private static double agentPercent(Flood flood) {
    return PERCENT * flood.otherNanos() / flood.wallNanos();
  }

  private Series series(String name, Function<Flood, Double> value) {
    return new Series(floods.getOrDefault(name, List.of()).stream().map(value).toList());
  }
}
