package io.aegis.server.web;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.server.controller.CatalogService;
import io.aegis.server.controller.FakeGateways.Mood;
import io.aegis.server.controller.ServiceSpec;
import io.aegis.server.controller.TestController;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.User;
import io.aegis.server.pki.TlsIdentity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * The real controller on a real database with gateways in memory, served over real HTTPS on a free
 * port. The gateway {@code edge} guards 10.77.2.0/24. Has the users root, admin, user, leaver and
 * changer, all with one password.
 */
final class WebFixture implements AutoCloseable {

  /** Everybody's password. */
  static final String PASSWORD = TestController.PASSWORD;

  private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

  private final TestController controller;
  private final TestCertificate certificate;
  private final Injector injector;
  private final WebServer server;
  private final Session root;

  private WebFixture(TestController controller) throws Exception {
    this.controller = controller;
    certificate = TestCertificate.create(Instant.now());
    injector = controller.injector.createChildInjector(new WebModule(), new Surroundings());
    root = controller.root();
    controller.accounts().changeOwnPassword(root, controller.rootPassword(), PASSWORD);
    server = injector.getInstance(WebServer.class);
    server.start();
  }

  private final class Surroundings extends AbstractModule {
    @Override
    protected void configure() {
      bind(WebConfig.class).toInstance(WebConfig.at(LOOPBACK, 0));
      bind(TlsIdentity.class).toInstance(certificate.identity());
    }
  }

  static WebFixture start(Path directory) throws Exception {
    WebFixture fixture = new WebFixture(TestController.start(directory));
    fixture.user("admin", Role.ADMIN_ID);
    fixture.user("user", Role.USER_ID);
    fixture.user("leaver", Role.ADMIN_ID);
    fixture.user("changer", Role.USER_ID);
    return fixture;
  }

  private void user(String name, long role) {
    User _ = controller.accounts().createUser(root, name, PASSWORD, role);
  }

  void setActive(String name, boolean active) {
    for (User user : controller.accounts().users()) {
      if (user.username().equals(name)) {
        controller.accounts().setActive(root, user.id(), active);
      }
    }
  }

  List<Endpoint> endpoints() {
    return injector.getInstance(Routes.class).endpoints();
  }

  /** Lets the controller's clock jump; the certificate's stays. */
  void passTime(Duration time) {
    controller.clock.advance(time);
  }

  void gateway(Mood mood) {
    controller.gateways.set("edge", mood);
  }

  void holdGateways() {
    controller.gateways.hold();
  }

  void releaseGateways() {
    controller.gateways.release();
  }

  /** Stops what serves users, and nothing else. */
  void stopServing() {
    server.close();
  }

  /** Makes a service that every user may activate. */
  long serviceForUsers(String name, String hostname) {
    CatalogService service = controller.catalog().create(root, ServiceSpec.tcp(name, hostname, ""));
    controller.catalog().addRoleService(root, Role.USER_ID, service.id());
    return service.id();
  }

  /** The client addresses for which the gateway has anything open. */
  List<String> openFor() {
    return controller.gateways.enforced("edge").stream()
        .map(Grant::client)
        .map(IpAddress::toString)
        .toList();
  }

  int port() {
    return server.port();
  }

  SSLContext trusting() {
    return certificate.trusting();
  }

  /** Returns another server with the same services, not started. */
  WebServer another(WebConfig config) {
    return new WebServer(config, certificate.identity(), injector.getInstance(Routes.class));
  }

  Browser browser() {
    return new Browser(URI.create("https://127.0.0.1:" + port()), trusting());
  }

  /** Returns a browser that was handed a token. */
  Browser browserWithToken(String token) {
    Browser browser = browser();
    browser.keep("token", token);
    return browser;
  }

  RawHttps raw() {
    return new RawHttps(port(), trusting());
  }

  @Override
  public void close() {
    server.close();
    controller.close();
  }
}
