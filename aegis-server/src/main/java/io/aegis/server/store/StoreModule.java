package io.aegis.server.store;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;

/** Binds {@link Database}, not open. Needs {@link StoreConfig}. */
public final class StoreModule extends AbstractModule {

  /** Makes the module. */
  public StoreModule() {}

  @Override
  protected void configure() {
    bind(Database.class).in(Singleton.class);
  }
}
