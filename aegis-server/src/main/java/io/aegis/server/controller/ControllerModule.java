package io.aegis.server.controller;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import io.aegis.server.identity.AccessInputs;
import io.aegis.server.sync.DesiredState;
import io.aegis.server.sync.GatewayRegistry;

/**
 * Binds {@link Catalog}, {@link Activations}, {@link Housekeeping}, {@link DesiredState}, {@link
 * GatewayRegistry} and {@link AccessInputs}. Needs {@link ControllerConfig}, the database, the
 * audit log, the identity module, {@code Distribution} and {@code InstantSource}.
 */
public final class ControllerModule extends AbstractModule {

  /** Makes the module. */
  public ControllerModule() {}

  @Override
  protected void configure() {
    bind(Catalog.class).to(StoredCatalog.class);
    bind(Activations.class).to(EnforcedActivations.class);
    bind(DesiredState.class).to(StoredDesiredState.class);
    bind(GatewayRegistry.class).to(StoredGateways.class);
    bind(AccessInputs.class).to(Reevaluation.class);
    bind(NameLookup.class).toInstance(NameLookup.ofThisMachine());
    singletons(
        StoredCatalog.class,
        EnforcedActivations.class,
        EnforcedActivations.Parts.class,
        StoredDesiredState.class,
        StoredGateways.class,
        Reevaluation.class,
        Housekeeping.class,
        Sweep.class,
        Sweep.Parts.class,
        CurrentPolicy.class,
        Decider.class,
        Opening.class,
        Ending.class,
        Confirmation.class,
        Liveness.class,
        Outbox.class);
  }

  private void singletons(Class<?>... types) {
    for (Class<?> type : types) {
      bind(type).in(Singleton.class);
    }
  }
}
