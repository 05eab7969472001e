package io.aegis.server.sync;

import io.aegis.api.Prefix;
import io.aegis.api.Target;
import java.util.Set;

/** Which targets concern a gateway. */
final class Guards {

  private Guards() {}

  /**
   * Whether the target and the guarded destinations have an address in common. A target that
   * reaches beyond them concerns the gateway all the same: its agent refuses it, and says so.
   */
  static boolean concern(Set<Prefix> guards, Target target) {
    Prefix to = target.prefix();
    for (Prefix guard : guards) {
      if (guard.contains(to.address()) || to.contains(guard.address())) {
        return true;
      }
    }
    return false;
  }
}
