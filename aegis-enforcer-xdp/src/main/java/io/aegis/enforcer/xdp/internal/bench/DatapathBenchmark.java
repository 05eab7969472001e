package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.bench.GateWorks.Planned;
import io.aegis.enforcer.xdp.internal.load.VerifierException;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.probe.Privileges;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The program behind {@code ./aegis bench}. */
public final class DatapathBenchmark {

  /** What to measure. */
  enum Part {
    /** Everything. */
    DATAPATH,
    /** The flood over a veth pair alone. */
    FLOOD
  }

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final Effort effort;
  private final PrintStream out;
  private final PrintStream err;
  private final List<String> notes = new ArrayList<>();

  private DatapathBenchmark(Effort effort, PrintStream out, PrintStream err) {
    this.effort = effort;
    this.out = out;
    this.err = err;
  }

  /**
   * Measures, prints and ends the process: 0 measured, 1 failed, 2 not understood.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(Arrays.asList(arguments), out, err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      Options options = Options.parse(arguments);
      if (options.isHelp()) {
        out.print(Options.USAGE);
        return DONE;
      }
      Optional<String> obstacle = obstacle();
      if (obstacle.isPresent()) {
        err.println("aegis bench: " + obstacle.get());
        return FAILED;
      }
      new DatapathBenchmark(options.effort(), out, err).run(options.part(), options.json());
      return DONE;
    } catch (Options.UsageException e) {
      err.println("aegis bench: " + e.getMessage() + "; see aegis bench --help");
      return MISUSED;
    } catch (Features.MissingException e) {
      err.println("aegis bench: this kernel lacks " + e.getMessage() + "; Linux 5.15 is needed");
      return FAILED;
    } catch (Errno | IOException | VerifierException | IllegalStateException e) {
      err.println("aegis bench: " + e.getMessage());
      return FAILED;
    }
  }

  /** Says why nothing can be measured here; before anything calls into the kernel. */
  private static Optional<String> obstacle() {
    Module module = DatapathBenchmark.class.getModule();
    if (!module.isNativeAccessEnabled()) {
      String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
      return Optional.of("native access is off; start Java with --enable-native-access=" + name);
    }
    try {
      Kernel.requireKnownPlatform();
    } catch (UnsupportedOperationException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    List<String> missing = Privileges.missing();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("this process lacks " + String.join(", ", missing) + "; run it as root");
  }

  private void run(Part part, @Nullable Path json)
      throws Errno, IOException, Features.MissingException {
    Machine machine = Machine.here();
    List<Row> rows = measure(part);
    machine.describe().forEach(out::println);
    out.println(
        "run          "
            + effort.repetitions()
            + " repetitions of "
            + effort.frames()
            + " frames × "
            + effort.repeats()
            + ", every work in turns");
    out.println();
    Table.lines(rows).forEach(out::println);
    notes.forEach(out::println);
    if (json != null) {
      Files.writeString(json, Json.of(rows));
    }
  }

  private List<Row> measure(Part part) throws Errno, Features.MissingException {
    Features features = Features.probe();
    var rows = new ArrayList<Row>();
    if (part == Part.DATAPATH) {
      rows.addAll(measureHot(features));
      for (int clients : effort.scales()) {
        rows.addAll(measureCold(features, clients));
      }
      err.println("measuring: changes of %,d grants".formatted(effort.scale()));
      rows.addAll(new SetChanges(effort, System::nanoTime).measure(features));
    }
    err.println("measuring: a flood over a veth pair, %,d frames each".formatted(effort.flood()));
    var flood = new FloodWorks(effort);
    rows.addAll(flood.measure());
    notes.addAll(flood.notes());
    return rows;
  }

  private List<Row> measureHot(Features features) throws Errno {
    try (GateWorks works = GateWorks.load(features)) {
      var rotation = new Rotation(all(works.floors(), works.planned()), effort);
      var changes = new GrantChanges(works, effort, System::nanoTime);
      changes.warmUp();
      for (int i = 0; i < effort.repetitions(); i++) {
        err.println("measuring: repetition " + (i + 1) + " of " + effort.repetitions());
        rotation.repeat(i);
        changes.repeat();
      }
      var rows = new ArrayList<>(rows(works.floors(), works.planned(), rotation));
      rows.addAll(changes.rows());
      return rows;
    }
  }

  private List<Row> measureCold(Features features, int clients) throws Errno {
    err.println("measuring: %,d grants, always another client".formatted(clients));
    try (ScaleWorks works = ScaleWorks.load(features, clients, clients == effort.scale())) {
      var rotation = new Rotation(all(works.floors(), works.planned()), effort.overAll(clients));
      for (int i = 0; i < effort.repetitions(); i++) {
        rotation.repeat(i);
      }
      return rows(works.floors(), works.planned(), rotation);
    }
  }

  private static List<Work> all(List<Work> floors, List<Planned> planned) {
    return Stream.concat(floors.stream(), planned.stream().map(Planned::work)).toList();
  }

  private static List<Row> rows(List<Work> floors, List<Planned> works, Rotation rotation) {
    var rows = new ArrayList<Row>();
    for (Work floor : floors) {
      rows.add(Row.plain(floor.name(), "ns", rotation.series(floor)));
    }
    for (Planned planned : works) {
      Series floor = rotation.series(planned.floor());
      Series values = rotation.series(planned.work());
      rows.add(new Row(planned.work().name(), "ns", values, floor, planned.budget()));
    }
    return rows;
  }
}
