package io.aegis.server.identity;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;

/**
 * Binds {@link Accounts}, {@link Sessions}, {@link FirstStart} and {@link Hashing}. Needs {@link
 * IdentityConfig}, the database, the audit log, {@link AccessInputs} and {@code InstantSource}.
 */
public final class IdentityModule extends AbstractModule {

  /** Makes the module. */
  public IdentityModule() {}

  @Override
  protected void configure() {
    bind(Accounts.class).to(StoredAccounts.class);
    bind(StoredAccounts.class).in(Singleton.class);
    bind(Sessions.class).to(StoredSessions.class);
    bind(StoredSessions.class).in(Singleton.class);
    bind(FirstStart.class).in(Singleton.class);
    bind(Hashing.class).in(Singleton.class);
    bind(Backoff.class).in(Singleton.class);
    bind(PasswordCheck.class).in(Singleton.class);
    bind(LiveSessions.class).in(Singleton.class);
    bind(SessionExpiry.class).in(Singleton.class);
  }
}
