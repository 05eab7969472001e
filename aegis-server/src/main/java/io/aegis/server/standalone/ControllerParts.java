package io.aegis.server.standalone;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import io.aegis.server.audit.AuditModule;
import io.aegis.server.controller.ControllerConfig;
import io.aegis.server.controller.ControllerModule;
import io.aegis.server.controller.Housekeeping;
import io.aegis.server.identity.FirstStart;
import io.aegis.server.identity.IdentityConfig;
import io.aegis.server.identity.IdentityModule;
import io.aegis.server.lifecycle.Lifecycle;
import io.aegis.server.pki.ControllerPki;
import io.aegis.server.pki.TlsIdentity;
import io.aegis.server.store.Database;
import io.aegis.server.store.StoreConfig;
import io.aegis.server.store.StoreModule;
import io.aegis.server.sync.GatewaySync;
import io.aegis.server.sync.SyncModule;
import io.aegis.server.sync.SyncServerConfig;
import io.aegis.server.web.WebConfig;
import io.aegis.server.web.WebModule;
import io.aegis.server.web.WebServer;
import io.aegis.wire.Sealer;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;

/**
 * What a controller is made of. Wired in two steps, since certificates and keys live in the data
 * directory: first the database, which takes the directory for itself, then, with the keys, the
 * rest. Used by one thread.
 */
final class ControllerParts {
  private final Injector injector;

  private ControllerParts(Injector injector) {
    this.injector = injector;
  }

  /** Wires and opens the database; nothing else of the controller is there yet. */
  static Injector startState(Lifecycle lifecycle, ControllerSettings settings, InstantSource clock)
      throws Exception {
    InitialPassword.requirePlace(settings.store().directory(), settings.initialPasswordFile());
    Injector injector = Wiring.of(List.of(new SettingsModule(settings, clock), new StoreModule()));
    Database database = injector.getInstance(Database.class);
    lifecycle.start("database", database::open, database::close);
    return injector;
  }

  /** Wires the rest. */
  static ControllerParts of(Injector state, ControllerPki pki) {
    return new ControllerParts(
        Wiring.below(
            state,
            List.of(
                new KeysModule(pki),
                new AuditModule(),
                new IdentityModule(),
                new ControllerModule(),
                new SyncModule(),
                new WebModule())));
  }

  /**
   * Starts what serves gateways, whatever carries their calls. Housekeeping is part of it: what is
   * no longer permitted is withdrawn before the first gateway hears of it.
   */
  GatewaySync startSync(Lifecycle lifecycle) throws Exception {
    GatewaySync sync = injector.getInstance(GatewaySync.class);
    lifecycle.start("sync", sync::start, sync::close);
    Housekeeping housekeeping = injector.getInstance(Housekeeping.class);
    lifecycle.start("housekeeping", housekeeping::start, housekeeping::close);
    return sync;
  }

  /** Starts what serves users: behind all that it needs, so that who is answered is served. */
  WebServer startWeb(Lifecycle lifecycle) throws Exception {
    WebServer web = injector.getInstance(WebServer.class);
    lifecycle.start("web", web::start, web::close);
    return web;
  }

  /**
   * Makes root at the first start: last of all, so that no failed start takes the password along.
   */
  void makeRoot(ControllerSettings settings, PrintStream out) throws IOException {
    InitialPassword.makeAndTell(
        injector.getInstance(FirstStart.class), settings.initialPasswordFile(), out);
  }

  /** Binds what was configured, and the clock. Needs nothing. */
  private static final class SettingsModule extends AbstractModule {
    private final ControllerSettings settings;
    private final InstantSource clock;

    SettingsModule(ControllerSettings settings, InstantSource clock) {
      this.settings = settings;
      this.clock = clock;
    }

    @Override
    protected void configure() {
      bind(StoreConfig.class).toInstance(settings.store());
      bind(IdentityConfig.class).toInstance(settings.identity());
      bind(ControllerConfig.class).toInstance(settings.controller());
      bind(SyncServerConfig.class).toInstance(settings.sync());
      bind(WebConfig.class).toInstance(settings.web());
      bind(InstantSource.class).toInstance(clock);
    }
  }

  /** Binds with what a controller signs and shows who it is. Needs nothing. */
  private static final class KeysModule extends AbstractModule {
    private final ControllerPki pki;

    KeysModule(ControllerPki pki) {
      this.pki = pki;
    }

    @Override
    protected void configure() {
      bind(Sealer.class).toInstance(pki.signingKey().sealer());
      bind(TlsIdentity.class).toInstance(pki.server());
    }
  }
}
