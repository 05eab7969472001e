package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.Map;

/**
 * The program of one interface, and its twin that only answers.
 *
 * @param live to be attached
 * @param twin for {@code explain}
 */
record ProgramPair(OwnedFd live, OwnedFd twin) implements AutoCloseable {

  static final String PROGRAM = "aegis_ingress";

  /** Loads both from the same object over the same maps, so that they cannot differ. */
  static ProgramPair load(
      Loader loader, Map<String, OwnedFd> maps, ProgramSettings settings, int flags) throws Errno {
    OwnedFd live = loader.loadProgram(PROGRAM, maps, variables(settings), flags);
    try {
      OwnedFd twin = loader.loadProgram(PROGRAM, maps, variables(settings.dryRun()), flags);
      return new ProgramPair(live, twin);
    } catch (Errno | RuntimeException e) {
      live.close();
      throw e;
    }
  }

  private static Map<String, byte[]> variables(ProgramSettings settings) {
    return Map.of(ProgramSettings.VARIABLE, settings.bytes());
  }

  @Override
  public void close() {
    try (twin) {
      live.close();
    }
  }
}
