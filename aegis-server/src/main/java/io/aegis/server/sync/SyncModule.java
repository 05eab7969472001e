package io.aegis.server.sync;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.aegis.wire.Sealer;
import java.time.InstantSource;

/**
 * Binds {@link GatewaySync}, and {@link Distribution} to it. Needs {@link DesiredState}, {@link
 * GatewayRegistry}, {@link Sealer}, {@link SyncServerConfig} and {@link InstantSource}. Listeners
 * are made by who starts them.
 */
public final class SyncModule extends AbstractModule {

  /** Makes the module. */
  public SyncModule() {}

  @Override
  protected void configure() {
    bind(Distribution.class).to(GatewaySync.class);
  }

  @Provides
  @Singleton
  static GatewaySync sync(
      DesiredState state,
      GatewayRegistry registry,
      Sealer sealer,
      SyncServerConfig config,
      InstantSource clock) {
    return new GatewaySync(state, registry, sealer, config, clock);
  }
}
