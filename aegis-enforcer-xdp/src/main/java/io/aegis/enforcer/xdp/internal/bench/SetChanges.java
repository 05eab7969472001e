package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures what an agent does with all grants at once, from Java. For one thread. */
final class SetChanges {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int DIFFERENT = 100;

  private final Effort effort;
  private final LongSupplier nanoTime;
  private final List<Row> rows = new ArrayList<>();

  SetChanges(Effort effort, LongSupplier nanoTime) {
    this.effort = effort;
    this.nanoTime = nanoTime;
  }

  /** Measures everything. */
  List<Row> measure(Features features) throws Errno {
    snapshot(features);
    differences(features);
    return rows;
  }

  private interface Task {
    UpdateResult run(int number) throws Errno;
  }

  private double millis(int number, Task task) throws Errno {
    long start = nanoTime.getAsLong();
    UpdateResult result = task.run(number);
    double millis = (nanoTime.getAsLong() - start) / NANOS_PER_MILLI;
    Gate.requireDone(result);
    return millis;
  }

  private void snapshot(Features features) throws Errno {
    int count = effort.scale();
    List<Grant> grants = GateWorks.grants(count);
    var values = new ArrayList<Double>();
    try (Gate gate = Gate.load(features, count, List.of())) {
      // Twice before it counts: for the compiler, and for memory that was never touched.
      for (int i = -2; i < effort.repetitions(); i++) {
        double millis = millis(i, _ -> gate.table().replace(grants));
        Gate.requireDone(gate.table().replace(List.of()));
        if (i >= 0) {
          values.add(millis);
        }
      }
    }
    add("snapshot of %,d grants into an empty gateway".formatted(count), values, 500);
  }

  private void differences(Features features) throws Errno {
    int count = effort.scale() / 10;
    List<Grant> some = GateWorks.grants(count);
    var other = new ArrayList<>(some);
    int distance = count / DIFFERENT;
    for (int i = 0; i < count; i += distance) {
      other.set(i, some.get(i).withIdleLimit(Duration.ofMinutes(7)));
    }
    var replaced = new ArrayList<Double>();
    var read = new ArrayList<Double>();
    try (Gate gate = Gate.load(features, count, some)) {
      for (int i = -effort.repetitions(); i < effort.repetitions(); i++) {
        List<Grant> wanted = (i & 1) == 0 ? other : some;
        double millis = millis(i, _ -> gate.table().replace(wanted));
        long start = nanoTime.getAsLong();
        int seen = gate.reader().activity().size();
        double reading = (nanoTime.getAsLong() - start) / NANOS_PER_MILLI;
        if (seen != count) {
          throw new IllegalStateException("activity of " + seen + " grants, not of " + count);
        }
        if (i >= 0) {
          replaced.add(millis);
          read.add(reading);
        }
      }
    }
    add("replace of %,d grants of which %d differ".formatted(count, DIFFERENT), replaced, 30);
    add("activity of %,d grants".formatted(count), read, 10);
  }

  private void add(String name, List<Double> values, double budget) {
    rows.add(new Row(name, "ms", new Series(values), null, budget));
  }
}
