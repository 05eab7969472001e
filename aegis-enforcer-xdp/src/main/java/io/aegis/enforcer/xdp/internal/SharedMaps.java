package io.aegis.enforcer.xdp.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.elf.MapSpec;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.MapInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.table.TableMaps;
import io.aegis.enforcer.xdp.internal.table.TableShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The maps that all programs of an instance share. For one thread while it opens; afterwards only
 * closing changes it.
 */
final class SharedMaps implements AutoCloseable {

  static final String COUNTERS = "aegis_counters";
  static final String STATE = "aegis_state";
  static final String OWN = "aegis_own";

  /**
   * What outlives the process. The rest is made anew by each one: its programs hold it, and what is
   * in it is read anew as well.
   */
  private static final List<String> PINNED =
      List.of(
          TableMaps.LINES, TableMaps.RECORDS, TableMaps.FILTER, TableMaps.SHAPE, COUNTERS, STATE);

  private final Map<String, OwnedFd> maps = new LinkedHashMap<>();
  private final Owned owned = new Owned();
  private final List<Path> pinned = new ArrayList<>();
  private final boolean isAdopted;

  private SharedMaps(boolean isAdopted) {
    this.isAdopted = isAdopted;
  }

  /**
   * Opens the pinned maps of an instance, or makes new ones that are not pinned yet.
   *
   * @param shape of a new table
   * @throws EnforcerException if what is pinned cannot be used; it stays as it is
   */
  static SharedMaps open(
      Pins pins, CollectionSpec spec, Loader loader, TableShape shape, String doing) throws Errno {
    List<String> present = PINNED.stream().filter(name -> Files.exists(pins.map(name))).toList();
    boolean hasLinks = !pins.links().isEmpty();
    if (hasLinks && present.contains(STATE)) {
      requireLayout(pins, doing); // before anything is missed that another layout does not have
    }
    if (present.size() < PINNED.size() && hasLinks) {
      throw unusable(doing, pins, "some of its maps are not pinned");
    }
    if (present.size() == PINNED.size()) {
      return adopt(pins, spec, loader, doing);
    }
    // Left by a process that was killed before it attached anything: nothing depends on them.
    present.forEach(name -> Pins.remove(pins.map(name)));
    var shared = new SharedMaps(false);
    try {
      shared.create(spec, loader, shape);
      return shared;
    } catch (Errno | RuntimeException e) {
      shared.owned.closeInto(e);
      throw e;
    }
  }

  /**
   * Opens the pinned maps of an instance to look at them.
   *
   * @throws EnforcerException if they are of another layout
   */
  static SharedMaps openPinned(Pins pins, String doing) throws Errno {
    var shared = new SharedMaps(true);
    try {
      requireLayout(pins, doing);
      for (String name : PINNED) {
        shared.maps.put(name, shared.owned.own(Bpf.openPinned(pins.map(name))));
      }
      return shared;
    } catch (Errno | RuntimeException e) {
      shared.owned.closeInto(e);
      throw e;
    }
  }

  private static void requireLayout(Pins pins, String doing) throws Errno {
    long version;
    try (OwnedFd state = Bpf.openPinned(pins.map(STATE))) {
      version = layoutVersion(state);
    }
    if (version != Layouts.VERSION) {
      throw unusable(
          doing,
          pins,
          "its maps have layout " + version + ", this version reads " + Layouts.VERSION);
    }
  }

  /** Opens the pinned maps to write them; they must be the very kind that the object has. */
  private static SharedMaps adopt(Pins pins, CollectionSpec spec, Loader loader, String doing)
      throws Errno {
    SharedMaps shared = openPinned(pins, doing);
    try {
      shared.requireKind(pins, spec, doing);
      shared.createRest(spec, loader);
      return shared;
    } catch (Errno | RuntimeException e) {
      shared.owned.closeInto(e);
      throw e;
    }
  }

  private void requireKind(Pins pins, CollectionSpec spec, String doing) throws Errno {
    for (String name : PINNED) {
      MapSpec map = spec.map(name);
      MapInfo info = BpfProg.mapInfo(get(name));
      if (info.type() != map.type()
          || info.keySize() != map.keySize()
          || info.valueSize() != map.valueSize()) {
        throw unusable(doing, pins, map.name() + " is another kind of map: " + info);
      }
    }
  }

  // The version is the first word in every layout, whatever follows it.
  private static long layoutVersion(OwnedFd state) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(BpfProg.mapInfo(state).valueSize(), 8);
      Bpf.lookup(state, arena.allocate(4, 4), value, 0);
      return value.get(JAVA_LONG, 0);
    }
  }

  private static EnforcerException unusable(String doing, Pins pins, String why) {
    return new EnforcerException(
        Kind.UNSUPPORTED,
        doing
            + ": what is pinned in "
            + pins.directory()
            + " cannot be taken over: "
            + why
            + "; it enforces on as it is; use the version that made it, or detach the instance");
  }

  private void create(CollectionSpec spec, Loader loader, TableShape shape) throws Errno {
    for (String name : PINNED) {
      int elements = TableMaps.elements(name, shape);
      MapSpec map = elements == 0 ? spec.map(name) : spec.map(name).withMaxEntries(elements);
      maps.put(name, owned.own(loader.createMap(map)));
    }
    TableMaps.found(get(TableMaps.SHAPE), shape);
    createRest(spec, loader);
  }

  private void createRest(CollectionSpec spec, Loader loader) throws Errno {
    for (MapSpec map : spec.maps().values()) {
      if (!PINNED.contains(map.name())) {
        maps.put(map.name(), owned.own(loader.createMap(map)));
      }
    }
  }

  /** Whether the maps are those of an earlier process. */
  boolean isAdopted() {
    return isAdopted;
  }

  OwnedFd get(String name) {
    OwnedFd map = maps.get(name);
    if (map == null) {
      throw new IllegalStateException("the object has no map " + name);
    }
    return map;
  }

  Map<String, OwnedFd> byName() {
    return Map.copyOf(maps);
  }

  /** Pins the maps, if they are new. */
  void pin(Pins pins) throws Errno {
    if (isAdopted) {
      return;
    }
    pins.create();
    for (String name : PINNED) {
      Path path = pins.map(name);
      Bpf.pin(get(name), path);
      pinned.add(path);
    }
  }

  /** Takes back what {@link #pin} did. */
  void unpin(Pins pins) {
    pinned.forEach(Pins::remove);
    if (!isAdopted && Files.isDirectory(pins.directory()) && pins.all().isEmpty()) {
      pins.removeDirectory();
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
