package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.table.TableKey;
import java.util.HashMap;
import java.util.Map;

/** The program of one interface for one direction. Thread-safe but for closing. */
final class GateProgram implements AutoCloseable {

  private final OwnedFd live;
  private final OwnedFd constants;
  private final Twin twin;

  GateProgram(OwnedFd live, OwnedFd constants, Twin twin) {
    this.live = live;
    this.constants = constants;
    this.twin = twin;
  }

  /**
   * Loads the program.
   *
   * @param loader of the object
   * @param maps every map of it, by name; they stay open as long as this
   * @param key of the table in these maps
   * @param flags of BPF_PROG_LOAD
   */
  static GateProgram load(
      CompiledDirection object,
      Loader loader,
      Map<String, OwnedFd> maps,
      TableKey key,
      ProgramSettings settings,
      int flags)
      throws Errno {
    Map<String, byte[]> variables = variables(settings.bytes(), key.bytes());
    Map<String, byte[]> ofTwin = variables(ProgramSettings.dryRun(settings.bytes()), key.bytes());
    String name = object.program();
    OwnedFd constants =
        loader.createData(name, CompiledDirection.CONSTANTS, object.marked(variables));
    try {
      var all = new HashMap<String, OwnedFd>(maps);
      all.put(CompiledDirection.CONSTANTS, constants);
      OwnedFd live = loader.loadProgram(name, all, Map.of(), flags);
      Twin.Loading loading = () -> Twin.load(object, maps, ofTwin, flags);
      return new GateProgram(live, constants, new Twin(object.way(), loading));
    } catch (Errno | RuntimeException e) {
      constants.close();
      throw e;
    }
  }

  /** Returns the variables that make a program one of a certain interface and table. */
  static Map<String, byte[]> variables(byte[] settings, byte[] key) {
    return Map.of(ProgramSettings.VARIABLE, settings, TableKey.VARIABLE, key);
  }

  /** The program that is attached. */
  OwnedFd live() {
    return live;
  }

  /** What it was told, as long as it is loaded: the one value of its read-only data. */
  OwnedFd constants() {
    return constants;
  }

  Direction way() {
    return twin.way();
  }

  /**
   * Says what the program would do.
   *
   * @throws IllegalArgumentException if the frame is shorter than an Ethernet header
   */
  Verdict explain(byte[] frame) throws Errno {
    return twin.ask(frame);
  }

  @Override
  public void close() {
    try (live;
        constants) {
      twin.close();
    }
  }
}
