package io.aegis.server.agent;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.wire.SealVerifier;
import java.util.List;

/**
 * Binds {@link AgentRuntime}. Needs {@link AgentConfig}, the {@link EnforcerProvider} that was
 * picked by name, the {@link Controller}s to dial, {@link SealVerifier} and {@link
 * AgentEnvironment}.
 */
public final class AgentModule extends AbstractModule {

  /** Makes the module. */
  public AgentModule() {}

  @Provides
  @Singleton
  static AgentRuntime agent(
      AgentConfig config,
      EnforcerProvider provider,
      List<Controller> controllers,
      SealVerifier verifier,
      AgentEnvironment environment) {
    return new AgentRuntime(config, provider, controllers, verifier, environment);
  }
}
