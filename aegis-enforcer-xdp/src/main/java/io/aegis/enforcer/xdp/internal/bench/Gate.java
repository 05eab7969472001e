package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.Grant;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.elf.MapSpec;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.CounterTable;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings.Trait;
import io.aegis.enforcer.xdp.internal.map.RecentBoot;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.probe.Cpus;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.table.GrantTable;
import io.aegis.enforcer.xdp.internal.table.TableKey;
import io.aegis.enforcer.xdp.internal.table.TableMaps;
import io.aegis.enforcer.xdp.internal.table.TableReader;
import io.aegis.enforcer.xdp.internal.table.TableShape;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The datapath with grants in it, as an agent has it, but on no interface and pinned nowhere. For
 * one thread.
 */
final class Gate implements AutoCloseable {

  private static final String COUNTERS = "aegis_counters";
  private static final String STATE = "aegis_state";
  private static final String PROGRAM = "aegis_ingress";
  private static final String LEAVING = "aegis_egress";
  private static final InterfaceSettings INTERFACE = InterfaceSettings.enforcing("bench0");
  private static final int SLOT = 0;

  private final Owned owned = new Owned();
  private final Map<String, OwnedFd> maps = new HashMap<>();
  private final Features features;
  private final Loader loader;
  private final TableMaps tableMaps;
  private final GrantTable table;
  private final TableReader reader;

  private Gate(Features features, int maxGrants) throws Errno {
    this.features = features;
    try {
      CollectionSpec spec = CompiledObject.read("aegis_ingress");
      this.loader = owned.own(Loader.of(spec));
      TableShape shape = TableShape.of(maxGrants);
      for (MapSpec map : spec.maps().values()) {
        int elements = TableMaps.elements(map.name(), shape);
        MapSpec sized = elements > 0 ? map.withMaxEntries(elements) : map;
        maps.put(map.name(), owned.own(loader.createMap(sized)));
      }
      TableMaps.found(map(TableMaps.SHAPE), shape);
      this.tableMaps = owned.own(TableMaps.writable(maps));
      StateWord state = owned.own(StateWord.map(map(STATE)));
      var boot = new RecentBoot(Kernel::bootNanos, System::nanoTime);
      var clock = new BootClock(Gate::now, boot, state);
      this.table = tableMaps.writer(clock, maxGrants);
      this.reader = tableMaps.reader(clock);
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  /** Loads the datapath with these grants in force. */
  static Gate load(Features features, int maxGrants, List<Grant> grants) throws Errno {
    var gate = new Gate(features, maxGrants);
    try {
      requireDone(gate.table.apply(new GrantUpdate(List.of(), grants, List.of())));
      return gate;
    } catch (Errno | RuntimeException e) {
      gate.owned.closeInto(e);
      throw e;
    }
  }

  /**
   * A clock that only runs on: nothing here meets another machine's time. Like the system's own it
   * takes no system call, which would be measured with every change of a grant.
   */
  static Instant now() {
    return Instant.EPOCH.plusNanos(System.nanoTime());
  }

  static void requireDone(UpdateResult result) {
    if (!result.failures().isEmpty()) {
      throw new IllegalStateException(result.failures().getFirst().message());
    }
  }

  /** Loads the program with these static rules; it is closed with this. */
  OwnedFd program(List<StaticRule> rules) throws Errno {
    return owned.own(
        loader.loadProgram(PROGRAM, maps, variables(Direction.INGRESS, rules), flags()));
  }

  /** Loads the program for what leaves; it is closed with this. */
  OwnedFd leaving() throws Errno {
    try (Loader egress = Loader.of(CompiledObject.read(LEAVING))) {
      Map<String, byte[]> variables = variables(Direction.EGRESS, List.of());
      return owned.own(egress.loadProgram(LEAVING, maps, variables, 0));
    }
  }

  private Map<String, byte[]> variables(Direction way, List<StaticRule> rules) {
    var settings = new ProgramSettings(SLOT, way, INTERFACE, rules, traits());
    return Map.of(
        ProgramSettings.VARIABLE, settings.bytes(), TableKey.VARIABLE, tableMaps.key().bytes());
  }

  /** As an agent has it: both ways are filtered where that is possible. */
  private Set<Trait> traits() {
    var traits = EnumSet.noneOf(Trait.class);
    if (features.hasBufferLength()) {
      traits.add(Trait.BUFFER_LENGTH);
    }
    if (features.hasEgress()) {
      traits.add(Trait.BOTH_WAYS);
    }
    return traits;
  }

  /** Returns the flags with which programs are loaded. */
  int flags() {
    return features.hasFragments() ? BpfProg.HAS_FRAGS : 0;
  }

  GrantTable table() {
    return table;
  }

  TableReader reader() {
    return reader;
  }

  /** Returns how many packets had this verdict. */
  long packets(Reason reason) throws Errno {
    return new CounterTable(map(COUNTERS), Cpus.possible())
        .read(SLOT, INTERFACE.name()).stream()
            .filter(count -> count.reason() == reason && !count.wouldDrop())
            .mapToLong(count -> count.packets())
            .sum();
  }

  private OwnedFd map(String name) {
    OwnedFd map = maps.get(name);
    if (map == null) {
      throw new IllegalStateException("the object has no map " + name);
    }
    return map;
  }

  @Override
  public void close() {
    owned.close();
  }
}
