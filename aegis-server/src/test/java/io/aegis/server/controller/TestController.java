package io.aegis.server.controller;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.aegis.api.IpAddress;
import io.aegis.server.audit.AuditLog;
import io.aegis.server.audit.AuditModule;
import io.aegis.server.audit.AuditRecord;
import io.aegis.server.identity.Accounts;
import io.aegis.server.identity.FirstStart;
import io.aegis.server.identity.Hashing;
import io.aegis.server.identity.IdentityConfig;
import io.aegis.server.identity.IdentityModule;
import io.aegis.server.identity.Login;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.Sessions;
import io.aegis.server.store.Database;
import io.aegis.server.store.StoreConfig;
import io.aegis.server.store.StoreModule;
import io.aegis.server.sync.DesiredState;
import io.aegis.server.sync.Distribution;
import io.aegis.server.sync.GatewayRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The controller as the server composes it, over a real database, with gateways in memory, a clock
 * that is moved by hand, and cheap password hashes.
 */
public final class TestController implements AutoCloseable {
  public static final IpAddress LAPTOP = IpAddress.parse("10.77.1.10");
  public static final IpAddress PHONE = IpAddress.parse("10.77.1.11");
  public static final IpAddress LAPTOP_V6 = IpAddress.parse("fd77:1::10");
  public static final String PASSWORD = "Correct-Horse-7";

  /** So long that housekeeping runs only when a test says so. */
  public static final ControllerConfig CONFIG =
      new ControllerConfig(
          Duration.ofSeconds(3),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          1_000);

  private static final IdentityConfig IDENTITY =
      new IdentityConfig(
          IdentityConfig.DEFAULT_ACCESS_TTL, IdentityConfig.DEFAULT_SESSION_TTL, 16, 1, 2, 64);

  public final ManualClock clock;
  public final FakeGateways gateways;
  public final Injector injector;
  private final String rootPassword;

  private TestController(Path directory, ManualClock clock, FakeGateways gateways) {
    this.clock = clock;
    this.gateways = gateways;
    this.injector =
        Guice.createInjector(
            Stage.PRODUCTION,
            new StoreModule(),
            new AuditModule(),
            new IdentityModule(),
            new ControllerModule(),
            new Rest(directory, clock, gateways));
    database().open();
    this.rootPassword = injector.getInstance(FirstStart.class).createRoot().orElse("");
    housekeeping().start();
  }

  /** What the rest of the server would bind. */
  private static final class Rest extends AbstractModule {
    private final Path directory;
    private final InstantSource clock;
    private final Distribution distribution;

    Rest(Path directory, InstantSource clock, Distribution distribution) {
      this.directory = directory;
      this.clock = clock;
      this.distribution = distribution;
    }

    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
      bind(StoreConfig.class).toInstance(StoreConfig.in(directory.resolve("data")));
      bind(IdentityConfig.class).toInstance(IDENTITY);
      bind(ControllerConfig.class).toInstance(CONFIG);
      bind(InstantSource.class).toInstance(clock);
      bind(Distribution.class).toInstance(distribution);
    }
  }

  /** A controller with one willing gateway, {@code edge}, that guards 10.77.2.0/24. */
  public static TestController start(Path directory) {
    var clock = new ManualClock();
    var gateways = new FakeGateways(clock);
    gateways.add("edge", "10.77.2.0/24");
    return new TestController(directory, clock, gateways);
  }

  /** The same database, clock and gateways under another process, as after a crash. */
  public TestController restarted(Path directory) {
    close();
    return new TestController(directory, clock, gateways);
  }

  public Database database() {
    return injector.getInstance(Database.class);
  }

  public Housekeeping housekeeping() {
    return injector.getInstance(Housekeeping.class);
  }

  public Accounts accounts() {
    return injector.getInstance(Accounts.class);
  }

  public Sessions sessions() {
    return injector.getInstance(Sessions.class);
  }

  public Catalog catalog() {
    return injector.getInstance(Catalog.class);
  }

  public Activations activations() {
    return injector.getInstance(Activations.class);
  }

  public DesiredState desired() {
    return injector.getInstance(DesiredState.class);
  }

  public GatewayRegistry registry() {
    return injector.getInstance(GatewayRegistry.class);
  }

  public String rootPassword() {
    return rootPassword;
  }

  /** Root, logged in with the initial password. */
  public Session root() {
    return sessions().login("root", rootPassword, LAPTOP).session();
  }

  public Login login(String username) {
    return sessions().login(username, PASSWORD, LAPTOP);
  }

  public Session session(String username) {
    return login(username).session();
  }

  /** The newest audit records, newest first. */
  public List<AuditRecord> audit() {
    AuditLog log = injector.getInstance(AuditLog.class);
    return database().read(tx -> log.newest(tx, 1000));
  }

  @Override
  public void close() {
    housekeeping().close();
    injector.getInstance(Hashing.class).close();
    database().close();
  }
}
