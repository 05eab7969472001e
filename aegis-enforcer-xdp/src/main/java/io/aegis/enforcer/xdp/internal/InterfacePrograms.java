package io.aegis.enforcer.xdp.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The programs of one interface.
 *
 * @param arriving for frames that arrive
 * @param leaving for frames that leave; null where this kernel has no such programs
 */
record InterfacePrograms(GateProgram arriving, @Nullable GateProgram leaving) {

  /** All that there are. */
  List<GateProgram> all() {
    return leaving == null ? List.of(arriving) : List.of(arriving, leaving);
  }
}
