package io.aegis.server.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

final class LockoutGuard {
  private LockoutGuard() {}

  static void check(AgentConfig config, List<Controller> controllers, @Nullable String ssh) {}
}
