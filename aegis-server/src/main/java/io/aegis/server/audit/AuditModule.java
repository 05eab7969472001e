package io.aegis.server.audit;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;

/** Binds {@link AuditLog}. Needs nothing. */
public final class AuditModule extends AbstractModule {

  /** Makes the module. */
  public AuditModule() {}

  @Override
  protected void configure() {
    bind(AuditLog.class).in(Singleton.class);
  }
}
