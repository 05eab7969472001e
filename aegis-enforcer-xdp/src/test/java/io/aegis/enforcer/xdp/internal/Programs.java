package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.CounterTable;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings.Trait;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.probe.Cpus;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Run;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.table.GrantTable;
import io.aegis.enforcer.xdp.internal.table.TableMaps;
import io.aegis.enforcer.xdp.internal.table.TableReader;
import io.aegis.enforcer.xdp.internal.table.TableShape;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The program and its maps in the kernel, on no interface: frames come by BPF_PROG_TEST_RUN. */
final class Programs implements AutoCloseable {

  static final String INTERFACE = "test0";
  private static final int SLOT = 3;

  private final Owned owned = new Owned();
  private final CompiledDirection object;
  private final Loader loader;
  private final SharedMaps maps;
  private GateProgram program;

  final TableMaps table;
  final GrantTable grants;
  final StateWord state;
  final TableReader reader;
  final BootClock clock;

  Programs(int maxGrants) throws Exception {
    this(maxGrants, TableShape.of(maxGrants));
  }

  /** Loads over a table of some shape, with room for {@code maxGrants} or more. */
  Programs(int maxGrants, TableShape shape) throws Exception {
    this(Direction.INGRESS, ObjectFile.read(), maxGrants, shape);
  }

  /** Loads another object than the one that the build made, for frames that go some way. */
  Programs(Direction way, byte[] object, int maxGrants, TableShape shape) throws Exception {
    this.object = CompiledDirection.parse(way, object);
    CollectionSpec spec = this.object.spec();
    this.loader = owned.own(Loader.of(spec));
    this.maps = owned.own(SharedMaps.open(new Pins("nobody"), spec, loader, shape, "testing"));
    this.state = owned.own(StateWord.map(maps.get(SharedMaps.STATE)));
    this.clock = new BootClock(InstantSource.system(), Kernel::bootNanos, state);
    this.table = owned.own(TableMaps.writable(maps.byName()));
    this.reader = table.reader(clock);
    this.grants = table.writer(clock, maxGrants);
    this.program = load(InterfaceSettings.enforcing(INTERFACE), List.of());
  }

  private GateProgram load(InterfaceSettings settings, List<StaticRule> rules) throws Exception {
    Features features = Features.probe();
    var told =
        new ProgramSettings(
            SLOT,
            object.way(),
            settings,
            rules,
            features.hasBufferLength() ? Set.of(Trait.BUFFER_LENGTH) : Set.of());
    int flags = object.way() == Direction.INGRESS ? BpfProg.HAS_FRAGS : 0;
    return owned.own(GateProgram.load(object, loader, maps.byName(), table.key(), told, flags));
  }

  /** Loads other settings; the maps stay. */
  void configure(InterfaceSettings settings, List<StaticRule> rules) throws Exception {
    GateProgram before = program;
    program = load(settings, rules);
    before.close();
  }

  /** Lets the attached program decide, and checks that its twin says the same. */
  Verdict verdict(byte[] frame) throws Errno {
    List<Count> before = counters();
    Verdict answer = explain(frame);
    if (!counters().equals(before)) {
      throw new AssertionError("the twin has counted");
    }
    Run run = BpfProg.testRun(program.live(), frame, 1);
    boolean passed =
        switch (run.returned()) {
          case 1 -> false;
          case 2 -> true;
          default -> throw new AssertionError("the program returned " + run.returned());
        };
    var grown = new ArrayList<>(counters());
    grown.removeAll(before);
    if (grown.size() != 1
        || grown.getFirst().reason() != answer.reason()
        || grown.getFirst().wouldDrop() != answer.wouldDrop()
        || passed != answer.admitted()) {
      throw new AssertionError(answer + " but passed=" + passed + " and counted " + grown);
    }
    return answer;
  }

  Verdict explain(byte[] frame) throws Errno {
    return program.explain(frame);
  }

  /** Attaches the program to an interface, unpinned. */
  XdpLink attach(String name, AttachMode mode) throws Errno {
    int index =
        Interfaces.list().stream()
            .filter(device -> device.name().equals(name))
            .findFirst()
            .orElseThrow()
            .index();
    return XdpLink.attach(program.live(), index, mode);
  }

  /** Pins the program somewhere. */
  void pin(Path path) throws Errno {
    Bpf.pin(program.live(), path);
  }

  /** Whether the attached program lets a frame through; for any thread. */
  boolean admits(byte[] frame) throws Errno {
    return BpfProg.testRun(program.live(), frame, 1).returned() == passing();
  }

  /** XDP_PASS or TCX_NEXT. */
  private int passing() {
    return object.way() == Direction.INGRESS ? 2 : -1;
  }

  /** Runs the attached program often, for benchmarks. */
  Run repeat(byte[] frame, int times) throws Errno {
    return BpfProg.testRun(program.live(), frame, times);
  }

  List<Count> counters() throws Errno {
    return new CounterTable(maps.get(SharedMaps.COUNTERS), Cpus.possible()).read(SLOT, INTERFACE);
  }

  @Override
  public void close() {
    owned.close();
  }
}
