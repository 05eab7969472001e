package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.table.TableKey;
import java.util.Map;

/**
 * The program of one interface for one direction, and its twin that only answers.
 *
 * @param live to be attached
 * @param twin for {@code explain}
 */
record ProgramPair(OwnedFd live, OwnedFd twin) implements AutoCloseable {

  /**
   * Loads both from the same object over the same maps, so that they cannot differ.
   *
   * @param loader of the object for that direction
   * @param key of the table in these maps
   */
  static ProgramPair load(
      Loader loader, Map<String, OwnedFd> maps, TableKey key, ProgramSettings settings, int flags)
      throws Errno {
    String program = settings.way() == Direction.INGRESS ? "aegis_ingress" : "aegis_egress";
    OwnedFd live = loader.loadProgram(program, maps, variables(settings, key), flags);
    try {
      OwnedFd twin = loader.loadProgram(program, maps, variables(settings.dryRun(), key), flags);
      return new ProgramPair(live, twin);
    } catch (Errno | RuntimeException e) {
      live.close();
      throw e;
    }
  }

  private static Map<String, byte[]> variables(ProgramSettings settings, TableKey key) {
    return Map.of(ProgramSettings.VARIABLE, settings.bytes(), TableKey.VARIABLE, key.bytes());
  }

  @Override
  public void close() {
    try (twin) {
      live.close();
    }
  }
}
