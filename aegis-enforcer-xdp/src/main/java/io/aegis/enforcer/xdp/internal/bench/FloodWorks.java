package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.bench.FloodLab.Flood;
import io.aegis.enforcer.xdp.internal.bench.Guards.Guard;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A flood over a veth pair, and what it costs to drop it: Aegis beside what a user would otherwise
 * pick, in turns. For one thread.
 */
final class FloodWorks {

  /** How often a flood is tried that loses frames: another process may have had both CPUs. */
  private static final int TRIES = 3;

  /** More than a kernel has of its own on an interface where nobody talks. */
  private static final int STRAY = 100;

  private final Effort effort;
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Guard> guards = new LinkedHashMap<>();

  FloodWorks(Effort effort) {
    this.effort = effort;
    guards.put(FloodRows.FLOOR, Guards::nothingButDropping);
    guards.put(FloodRows.AEGIS, Guards::aegis);
    unless(Guards.xdpFilterObstacle(), FloodRows.XDP_FILTER, Guards::xdpFilter);
    unless(Guards.nftablesObstacle(), FloodRows.NFTABLES, Guards::nftables);
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

  /** Measures everything; what cannot be measured has a row that says why. */
  List<Row> measure() throws Errno {
    return FloodLab.inNamespaceOfItsOwn(() -> {
      try (FloodLab lab = FloodLab.open()) {
        var rows = new FloodRows(guards.keySet());
        for (int i = 0; i < effort.repetitions(); i++) {
          for (Map.Entry<String, Guard> each : guards.entrySet()) {
            if (!rows.isGivenUp(each.getKey())) {
              flood(rows, lab, each.getKey(), each.getValue());
            }
          }
        }
        return rows.rows();
      }
    });
  }

  private void flood(FloodRows rows, FloodLab lab, String name, Guard guard) throws Exception {
    Flood flood = null;
    for (int tried = 0; tried < TRIES; tried++) {
      try (AutoCloseable _ = guard.protect()) {
        lab.flood(effort.flood() / 10); // until everything is warm
        long passed = FloodLab.passed();
        flood = lab.flood(effort.flood());
        requireDropped(name, FloodLab.passed() - passed);
      } catch (Tool.FailedException e) {
        rows.giveUp(name, String.valueOf(e.getMessage()));
        return;
      }
      if (flood.received() >= effort.flood() * 9L / 10) {
        rows.add(name, flood);
        return;
      }
    }
    rows.giveUp(
        name,
        "of %,d frames only %,d arrived, and as few in %d more tries: this machine is too busy"
            .formatted(effort.flood(), flood == null ? 0 : flood.received(), TRIES - 1));
  }

  private static void requireDropped(String name, long passed) {
    if (passed > STRAY) {
      throw new IllegalStateException(
          "measuring a flood against %s: %,d frames got through".formatted(name, passed));
    }
  }
}
