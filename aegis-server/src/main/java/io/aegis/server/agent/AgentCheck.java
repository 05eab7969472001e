package io.aegis.server.agent;

import io.aegis.enforcer.spi.EnforcerProvider;
import java.util.List;

/** What an agent refuses before it makes or changes anything on its machine. Stateless. */
public final class AgentCheck {

  private AgentCheck() {}

  /**
   * Looks at the machine as {@link AgentRuntime#start} is going to find it.
   *
   * @param config what to protect, and how
   * @param provider the enforcer
   * @param controllers the controllers to dial
   * @param environment the machine
   * @throws io.aegis.enforcer.spi.EnforcerException if it cannot be enforced, or if that would lock
   *     the operator out
   */
  public static void check(
      AgentConfig config,
      EnforcerProvider provider,
      List<Controller> controllers,
      AgentEnvironment environment) {
    provider.check(config.enforcerSettings(environment.wall()));
    new LockoutGuard(new KernelRoutes()).check(config, controllers, environment.sshConnection());
  }
}
