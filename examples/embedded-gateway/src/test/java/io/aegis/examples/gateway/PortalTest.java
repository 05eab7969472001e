package io.aegis.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InMemoryEnforcer;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The portal and the way to a service, over real sockets, with a clock that is set by hand. */
final class PortalTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final IpAddress CLIENT = IpAddress.parse("127.0.0.1");

  private final StoryClock clock = new StoryClock(Instant.parse("2030-01-01T09:00:00Z"));
  private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final InMemoryEnforcer enforcer =
      new InMemoryEnforcerProvider()
          .open(
              new EnforcerSettings(
                  "portal-test",
                  List.of(InterfaceSettings.enforcing(Main.INTERFACE)),
                  List.of(),
                  10,
                  clock,
                  Map.of()));

  private ServerSocket service;
  private ServerSocket way;
  private HttpServer http;
  private Gateway gateway;
  private Forwarder forwarder;

  PortalTest() throws IOException {
    service = new ServerSocket(0, 5, HERE);
    way = new ServerSocket(0, 5, HERE);
    http = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
    Target target = Target.of(CLIENT, Protocol.TCP, service.getLocalPort());
    Service clockService = Service.of("clock", Lifetime.ofHard(Duration.ofHours(1)), target);
    gateway =
        new Gateway(
            new Policy(1, List.of(clockService), List.of(Rule.permitRole("engineer", "clock"))),
            enforcer,
            clock);
    forwarder = new Forwarder(way, "clock", gateway, enforcer, clock, told::add);
  }

  @BeforeEach
  void start() throws IOException {
    new Portal(Users.read(Path.of("users.properties")), gateway, clock, told::add).serve(http);
    http.start();
    Thread.startVirtualThread(forwarder::run);
  }

  @AfterEach
  void stop() throws IOException {
    http.stop(0);
    forwarder.close();
    service.close();
    enforcer.close();
  }

  private String post(String path, String token) throws Exception {
    return send(path, token, "POST");
  }

  private String send(String path, String token, String method) throws Exception {
    return send(path, token, method, "127.0.0.1");
  }

  private String send(String path, String token, String method, String from) throws Exception {
    InetAddress address = InetAddress.ofLiteral(from);
    try (HttpClient client = HttpClient.newBuilder().localAddress(address).build()) {
      URI uri = URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("Authorization", "Bearer " + token)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body().strip();
    }
  }

  /** Returns the first byte that comes back from the service, or -1. */
  private int firstByte() throws Exception {
    try (Socket client = new Socket(HERE, way.getLocalPort())) {
      client.setSoTimeout(30_000);
      return client.getInputStream().read();
    }
  }

  @Test
  void portal_withoutWhatItAsksFor_opensNothing() throws Exception {
    assertThat(post("/login", "guessed")).isEqualTo("401 nobody has this token");
    assertThat(post("/open/clock", "alice-secret"))
        .isEqualTo("403 alice is not logged in from 127.0.0.1");
    assertThat(send("/login", "alice-secret", "GET")).isEqualTo("405 use POST");
    assertThat(post("/elsewhere", "alice-secret")).startsWith("404");
    assertThat(post("/login", "bob-secret")).isEqualTo("200 logged in");
    assertThat(post("/open/clock", "bob-secret"))
        .isEqualTo("403 bob (no roles) has no permit for service 'clock'");
    assertThat(enforcer.grants()).isEmpty();
  }

  @Test
  void session_isOfOneAddress() throws Exception {
    post("/login", "alice-secret");

    assertThat(send("/open/clock", "alice-secret", "POST", "127.0.0.2"))
        .isEqualTo("403 alice is not logged in from 127.0.0.2");
    assertThat(enforcer.grants()).isEmpty();
  }

  @Test
  void session_ends_andWithItWhatIsOpen() throws Exception {
    post("/login", "alice-secret");
    clock.advance(Duration.ofHours(8).minusMinutes(1));
    assertThat(post("/open/clock", "alice-secret"))
        .startsWith("200 open until 2030-01-01T17:00:00Z");
    clock.advance(Duration.ofMinutes(1));

    assertThat(gateway.askAgain().grants()).isEqualTo(1);
    assertThat(post("/open/clock", "alice-secret")).contains("the session of alice ended");
  }

  @Test
  void way_isOpen_forWhomTheEnforcerAdmits() throws Exception {
    assertThat(firstByte()).isEqualTo(-1);
    assertThat(told.take()).isEqualTo("refused 127.0.0.1 to clock");

    post("/login", "alice-secret");
    post("/open/clock", "alice-secret");
    Thread.startVirtualThread(this::answerOnce);
    assertThat(firstByte()).isEqualTo('!');

    GrantId[] ids = enforcer.grants().stream().map(Grant::id).toArray(GrantId[]::new);
    enforcer.apply(GrantUpdate.removing(ids));
    assertThat(gateway.find(CLIENT, "clock")).isPresent();
    assertThat(firstByte()).as("the enforcer has the last word").isEqualTo(-1);
  }

  private void answerOnce() {
    try (Socket client = service.accept()) {
      client.getOutputStream().write('!');
    } catch (IOException e) {
      told.add("the service failed: " + e);
    }
  }
}
