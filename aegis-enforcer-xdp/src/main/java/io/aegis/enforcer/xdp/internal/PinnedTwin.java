package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.elf.MapSpec;
import io.aegis.enforcer.xdp.internal.elf.VariableSpec;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.table.TableKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes the twin of a program that another process has attached, from what that one has pinned: the
 * program, what it was told, and the maps. The code comes from this process: where it is not the
 * very object that is attached, there is no answer rather than a wrong one. For one question.
 */
final class PinnedTwin {

  private final Pins pins;
  private final LinkPin pin;
  private final Direction way;
  private final SharedMaps maps;

  /**
   * Names a program.
   *
   * @param maps of its instance
   */
  PinnedTwin(Pins pins, LinkPin pin, Direction way, SharedMaps maps) {
    this.pins = pins;
    this.pin = pin;
    this.way = way;
    this.maps = maps;
  }

  /** Says what the attached program would do. */
  Verdict ask(byte[] frame) throws Errno {
    CompiledDirection object = CompiledDirection.of(way);
    try (var owned = new Owned()) {
      int id = BpfProg.programInfo(owned.own(open(pin.program(way)))).id();
      requireAttached(id);
      Bytes constants = constants(owned.own(open(pin.settings(way))));
      OwnedFd own = owned.own(open(pins.map(SharedMaps.OWN)));
      // Whoever opens the instance anew replaces the programs of links first, then these pins, of
      // which the program is the last. So if it was the attached one before and still is, what was
      // read in between is what it was told.
      requireAttached(id);
      requireSame(object, constants);
      try (var twin = new Twin(way, () -> load(object, constants, own))) {
        return twin.ask(frame);
      }
    }
  }

  private OwnedFd open(Path path) throws Errno {
    if (!Files.exists(path)) {
      throw unavailable(
          "what it was told is not pinned, since it was attached by another version or a start has failed");
    }
    return Bpf.openPinned(path);
  }

  private void requireAttached(int programId) throws Errno {
    try (XdpLink link = XdpLink.open(pin.link(way))) {
      if (link.info().programId() != programId) {
        throw unavailable("it is being replaced, or its replacement did not end");
      }
    }
  }

  private static Bytes constants(OwnedFd map) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(BpfProg.mapInfo(map).valueSize(), 8);
      Bpf.lookup(map, arena.allocate(4, 4), value, 0);
      return Bytes.of(value.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private void requireSame(CompiledDirection object, Bytes constants) {
    int size = object.spec().section(CompiledDirection.CONSTANTS).content().length();
    if (constants.length() != size
        || !variable(object, constants, CompiledDirection.MARK).equals(object.mark())) {
      throw unavailable("it is of another build than this program");
    }
  }

  private static Bytes variable(CompiledDirection object, Bytes constants, String name) {
    VariableSpec variable = object.spec().variable(name);
    return constants.slice(variable.offset(), variable.offset() + variable.size());
  }

  private OwnedFd load(CompiledDirection object, Bytes constants, OwnedFd own) throws Errno {
    Map<String, byte[]> variables =
        GateProgram.variables(
            ProgramSettings.dryRun(variable(object, constants, ProgramSettings.VARIABLE).toArray()),
            variable(object, constants, TableKey.VARIABLE).toArray());
    var all = new HashMap<>(maps.byName());
    all.put(SharedMaps.OWN, own);
    try (var owned = new Owned();
        Loader loader = Loader.of(object.spec())) {
      for (MapSpec each : object.spec().maps().values()) {
        if (!all.containsKey(each.name())) { // what no answer depends on
          all.put(each.name(), owned.own(loader.createMap(each)));
        }
      }
      int flags = way == Direction.INGRESS && Features.takesFragments() ? BpfProg.HAS_FRAGS : 0;
      return Twin.load(object, all, variables, flags);
    }
  }

  private EnforcerException unavailable(String why) {
    return new EnforcerException(
        Kind.UNSUPPORTED,
        "explaining a frame on %s: the program there cannot be asked from outside the agent: %s; restart the agent, or ask with its own version"
            .formatted(pin.interfaceName(), why));
  }
}
