package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.table.GrantTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Measures grants that come and go from Java, in turns with plain updates of a HASH map. For one
 * thread.
 */
final class GrantChanges {

  private static final double NANOS_PER_MICRO = 1e3;

  private final GrantTable table;
  private final Floor floor;
  private final Effort effort;
  private final LongSupplier nanoTime;

  private final List<Double> plain = new ArrayList<>();
  private final List<Double> added = new ArrayList<>();
  private final List<Double> removedAlone = new ArrayList<>();
  private final List<Double> removedTogether = new ArrayList<>();

  /** Measures on a gate and a floor with {@link GateWorks#GRANTS} entries each. */
  GrantChanges(GateWorks works, Effort effort, LongSupplier nanoTime) {
    this.table = works.gate().table();
    this.floor = works.floor();
    this.effort = effort;
    this.nanoTime = nanoTime;
  }

  /** Lets the compiler see the code before it is measured. */
  void warmUp() throws Errno {
    for (int i = 0; i < effort.repetitions(); i++) {
      repeat();
    }
    List.of(plain, added, removedAlone, removedTogether).forEach(List::clear);
  }

  /** Measures one value of each; everything is as before afterwards. */
  void repeat() throws Errno {
    int first = GateWorks.GRANTS;
    int count = effort.additions();
    plain.add(medianMicros(count, i -> floor.add(first + i)));
    for (int i = 0; i < count; i++) {
      floor.remove(first + i);
    }
    List<Grant> grants =
        IntStream.range(first, first + count)
            .mapToObj(i -> GateWorks.grant(i, Frames.client(i), Frames.SERVICE))
            .toList();
    // The first addition after a removal waits until no reader can hold the freed memory.
    Gate.requireDone(table.apply(GrantUpdate.adding(grants.getFirst())));
    added.add(applyEach(grants.stream().skip(1).map(GrantUpdate::adding).toList()));
    removeSome(grants.subList(0, effort.removals()));
    removeTogether(grants.subList(effort.removals(), count));
  }

  private void removeSome(List<Grant> grants) throws Errno {
    removedAlone.add(applyEach(grants.stream().map(g -> GrantUpdate.removing(g.id())).toList()));
  }

  private void removeTogether(List<Grant> grants) throws Errno {
    GrantId[] ids = grants.stream().map(Grant::id).toArray(GrantId[]::new);
    removedTogether.add(applyEach(List.of(GrantUpdate.removing(ids))) / ids.length);
  }

  /** Applies one after the other; returns the median, in microseconds. */
  private double applyEach(List<GrantUpdate> updates) throws Errno {
    var results = new ArrayList<UpdateResult>(updates.size());
    double micros = medianMicros(updates.size(), i -> results.add(table.apply(updates.get(i))));
    results.forEach(Gate::requireDone);
    return micros;
  }

  private interface Change {
    void make(int number) throws Errno;
  }

  // A median of single changes, not their sum: others who want the CPU too would be measured.
  private double medianMicros(int count, Change change) throws Errno {
    var micros = new ArrayList<Double>(count);
    for (int i = 0; i < count; i++) {
      long start = nanoTime.getAsLong();
      change.make(i);
      micros.add((nanoTime.getAsLong() - start) / NANOS_PER_MICRO);
    }
    return new Series(micros).median();
  }

  /** Returns what was measured. */
  List<Row> rows() {
    String inForce = ", %,d in force".formatted(GateWorks.GRANTS);
    int together = effort.additions() - effort.removals();
    var update = new Series(plain);
    return List.of(
        Row.plain("floor: bpf_map_update_elem, HASH" + inForce, "µs", update),
        new Row("one grant added from Java" + inForce, "µs", new Series(added), update, 0.25),
        new Row(
            "one grant removed, with its receipt" + inForce,
            "µs",
            new Series(removedAlone),
            update,
            null),
        new Row(
            "each of " + together + " grants removed in one update",
            "µs",
            new Series(removedTogether),
            update,
            null));
  }
}
