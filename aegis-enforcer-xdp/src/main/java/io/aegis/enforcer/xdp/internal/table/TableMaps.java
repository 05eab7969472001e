package io.aegis.enforcer.xdp.internal.table;

import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.MapInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Mapping;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * The maps of a table, mapped. Its owner closes it when nobody reads or writes the table any more;
 * the maps are borrowed and need not stay open.
 */
public final class TableMaps implements AutoCloseable {

  /** The map of lines. */
  public static final String LINES = "aegis_lines";

  /** The map of records. */
  public static final String RECORDS = "aegis_records";

  /** The map with the filter. */
  public static final String FILTER = "aegis_filter";

  /** The map with the widths of wide targets. */
  public static final String WIDTHS = "aegis_widths";

  /** The frozen map that says how the table is addressed. */
  public static final String SHAPE = "aegis_shape";

  private final TableKey key;
  private final TableMemory memory;
  private final Owned owned;

  private TableMaps(TableKey key, TableMemory memory, Owned owned) {
    this.key = key;
    this.memory = memory;
    this.owned = owned;
  }

  /**
   * Returns how many elements a map of the table has.
   *
   * @param name of the map
   * @param shape of the table
   * @return a number for {@code max_entries}; 0 if it is no such map
   */
  public static int elements(String name, TableShape shape) {
    return switch (name) {
      case LINES -> shape.lineElements();
      case RECORDS -> shape.records();
      case FILTER -> shape.filterWords();
      case WIDTHS -> 1;
      default -> 0;
    };
  }

  /**
   * Writes how a new table is addressed, for good.
   *
   * @param shapeMap {@code aegis_shape}, empty
   * @param shape of the table
   * @throws Errno if it cannot be written
   */
  public static void found(OwnedFd shapeMap, TableShape shape) throws Errno {
    byte[] bytes = TableKey.random(shape).bytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(bytes.length, 8).copyFrom(MemorySegment.ofArray(bytes));
      Bpf.update(shapeMap, arena.allocate(4, 4), value, Bpf.ANY);
      Bpf.freeze(shapeMap);
    }
  }

  /**
   * Maps a table to change it.
   *
   * @param maps of the instance, by name
   * @return the table; the caller closes it
   * @throws Errno if it cannot be mapped
   * @throws IllegalArgumentException if the maps do not fit together
   */
  public static TableMaps writable(Map<String, OwnedFd> maps) throws Errno {
    return map(maps, Mapping::writable);
  }

  /**
   * Maps a table to look at it.
   *
   * @param maps of the instance, by name
   * @return the table; the caller closes it
   * @throws Errno if it cannot be mapped
   * @throws IllegalArgumentException if the maps do not fit together
   */
  public static TableMaps readOnly(Map<String, OwnedFd> maps) throws Errno {
    return map(maps, Mapping::readOnly);
  }

  private interface Way {
    Mapping map(OwnedFd map, long bytes) throws Errno;
  }

  private static TableMaps map(Map<String, OwnedFd> maps, Way way) throws Errno {
    TableKey key = readKey(get(maps, SHAPE));
    TableShape shape = key.shape(BpfProg.mapInfo(get(maps, RECORDS)).maxEntries());
    var owned = new Owned();
    try {
      var memory =
          new TableMemory(
              segment(maps, LINES, shape, way, owned),
              segment(maps, RECORDS, shape, way, owned),
              segment(maps, FILTER, shape, way, owned),
              segment(maps, WIDTHS, shape, way, owned),
              shape);
      return new TableMaps(key, memory, owned);
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  private static TableKey readKey(OwnedFd shape) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(Layouts.TABLE);
      Bpf.lookup(shape, arena.allocate(4, 4), value, 0);
      return TableKey.of(value);
    }
  }

  private static MemorySegment segment(
      Map<String, OwnedFd> maps, String name, TableShape shape, Way way, Owned owned) throws Errno {
    OwnedFd map = get(maps, name);
    MapInfo info = BpfProg.mapInfo(map);
    if (info.maxEntries() != elements(name, shape)) {
      throw new IllegalArgumentException(
          name + " has " + info.maxEntries() + " elements, " + elements(name, shape) + " belong");
    }
    return owned.own(way.map(map, (long) info.maxEntries() * info.valueSize())).segment();
  }

  private static OwnedFd get(Map<String, OwnedFd> maps, String name) {
    OwnedFd map = maps.get(name);
    if (map == null) {
      throw new IllegalArgumentException("there is no map " + name);
    }
    return map;
  }

  /**
   * Returns how the table is addressed.
   *
   * @return what programs are told
   */
  public TableKey key() {
    return key;
  }

  /**
   * Returns a reader of this table.
   *
   * @param clock for the times that the datapath wrote
   * @return a reader; not used after this is closed
   */
  public TableReader reader(BootClock clock) {
    return new TableReader(memory, clock);
  }

  /**
   * Takes this table over to change it; it may hold grants of an earlier process.
   *
   * @param clock on which expiries are meant
   * @param maxGrants how many may be in force; fewer if the table was made for fewer
   * @return the one writer; not used after this is closed
   */
  public GrantTable writer(BootClock clock, int maxGrants) {
    return GrantTable.open(memory, key, clock, new GracePeriod(), maxGrants);
  }

  @Override
  public void close() {
    owned.close();
  }
}
