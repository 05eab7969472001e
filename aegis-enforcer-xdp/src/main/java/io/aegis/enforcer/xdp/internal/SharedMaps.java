package io.aegis.enforcer.xdp.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

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
import io.aegis.enforcer.xdp.internal.table.Carried;
import io.aegis.enforcer.xdp.internal.table.LayoutTwo;
import io.aegis.enforcer.xdp.internal.table.TableMaps;
import io.aegis.enforcer.xdp.internal.table.TableShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The maps that all programs of an instance share. For one thread while it opens; afterwards only
 * closing changes it.
 */
final class SharedMaps implements AutoCloseable {

  static final String COUNTERS = "aegis_counters";
  static final String STATE = "aegis_state";
  static final String OWN = "aegis_own";
  static final String EVENTS = "aegis_events";

  /**
   * What outlives the process. The rest is made anew by each one: its programs hold it, and what is
   * in it is read anew as well.
   */
  private static final List<String> PINNED =
      List.of(
          TableMaps.LINES,
          TableMaps.RECORDS,
          TableMaps.FILTER,
          TableMaps.SHAPE,
          COUNTERS,
          STATE,
          TableMaps.WIDTHS);

  /** What layout 2 had of it. */
  private static final List<String> EARLIER = PINNED.subList(0, 6);

  private final Map<String, OwnedFd> maps = new LinkedHashMap<>();
  private final Owned owned = new Owned();
  private final List<Path> pinned = new ArrayList<>();

  /** Names of maps of an earlier process. */
  private final Set<String> adopted = new HashSet<>();

  /** Maps of layout 2 that are to be taken over; empty where there are none. */
  private final Map<String, OwnedFd> before = new LinkedHashMap<>();

  private SharedMaps() {}

  /**
   * Opens the pinned maps of an instance, or makes new ones that are not pinned yet.
   *
   * @param shape of a new table
   * @throws EnforcerException if what is pinned cannot be used; it stays as it is
   */
  static SharedMaps open(
      Pins pins, CollectionSpec spec, Loader loader, TableShape shape, String doing) throws Errno {
    boolean isNew = pins.links().isEmpty() && !isPinned(pins, PINNED);
    boolean isBeside = !isNew && isEarlier(pins);
    if (!isNew && !isBeside) {
      return adopt(pins, spec, loader, doing);
    }
    var shared = new SharedMaps();
    try {
      if (isBeside) {
        for (String name : EARLIER) {
          shared.before.put(name, shared.owned.own(Bpf.openPinned(pins.earlierMap(name))));
        }
        // Of a process that was killed on the way: what it had replaced is replaced once more.
        PINNED.forEach(name -> Pins.remove(pins.map(name)));
      } else {
        // Left by a process that was killed before it attached anything: nothing depends on them.
        pins.all().forEach(Pins::remove);
      }
      shared.create(spec, loader, shape);
      return shared;
    } catch (Errno | RuntimeException e) {
      shared.owned.closeInto(e);
      throw e;
    }
  }

  private static boolean isPinned(Pins pins, List<String> names) {
    return names.stream().allMatch(name -> Files.exists(pins.map(name)));
  }

  /**
   * Whether layout 2 enforces: its maps are there, and nobody has noted that those of this layout
   * are the ones in use.
   */
  private static boolean isEarlier(Pins pins) throws Errno {
    return EARLIER.stream().allMatch(name -> Files.exists(pins.earlierMap(name)))
        && layoutVersion(pins.earlierMap(STATE)) == LayoutTwo.VERSION
        && !(isPinned(pins, List.of(STATE)) && layoutVersion(pins.map(STATE)) == Layouts.VERSION);
  }

  /**
   * Opens the pinned maps of an instance to look at them.
   *
   * @throws EnforcerException if they are of another layout
   */
  static SharedMaps openPinned(Pins pins, String doing) throws Errno {
    var shared = new SharedMaps();
    try {
      requireLayout(pins, doing);
      for (String name : PINNED) {
        if (!isPinned(pins, List.of(name))) {
          throw unusable(doing, pins, name + " is not pinned");
        }
        shared.maps.put(name, shared.owned.own(Bpf.openPinned(pins.map(name))));
        shared.adopted.add(name);
      }
      return shared;
    } catch (Errno | RuntimeException e) {
      shared.owned.closeInto(e);
      throw e;
    }
  }

  private static void requireLayout(Pins pins, String doing) throws Errno {
    Path state = isPinned(pins, List.of(STATE)) ? pins.map(STATE) : pins.earlierMap(STATE);
    long version = Files.exists(state) ? layoutVersion(state) : Layouts.VERSION;
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
    for (String name : adopted) {
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
  private static long layoutVersion(Path pin) throws Errno {
    try (OwnedFd state = Bpf.openPinned(pin);
        Arena arena = Arena.ofConfined()) {
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

  /** Whether an earlier layout is to be taken over. */
  boolean isBeside() {
    return !before.isEmpty();
  }

  /** Reads the grants of the earlier layout. */
  List<Carried> carried() throws Errno {
    return isBeside()
        ? LayoutTwo.read(earlier(TableMaps.LINES), earlier(TableMaps.RECORDS))
        : List.of();
  }

  /** Returns a map of the earlier layout. */
  OwnedFd earlier(String name) {
    return requireNonNull(before.get(name), name);
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

  /** Pins those maps that are new. */
  void pin(Pins pins) throws Errno {
    pins.create();
    for (String name : PINNED) {
      if (!adopted.contains(name)) {
        Path path = pins.map(name);
        Bpf.pin(get(name), path);
        pinned.add(path);
      }
    }
  }

  /** Takes back what {@link #pin} did. */
  void unpin(Pins pins) {
    pinned.forEach(Pins::remove);
    if (Files.isDirectory(pins.directory()) && pins.all().isEmpty()) {
      pins.removeDirectory();
    }
  }

  /** Takes away what no program uses any more, once all of them use these maps. */
  void forgetBefore(Pins pins) {
    EARLIER.forEach(name -> Pins.remove(pins.earlierMap(name)));
  }

  @Override
  public void close() {
    owned.close();
  }
}
