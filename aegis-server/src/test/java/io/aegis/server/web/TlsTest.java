package io.aegis.server.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.IpAddress;
import io.aegis.server.web.Browser.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir static Path directory;
  private static WebFixture server;

  @BeforeAll
  static void start() throws Exception {
    server = WebFixture.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void handshake_newClient_getsTls13() throws Exception {
    try (SSLSocket socket = server.raw().connect()) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void handshake_olderClient_isRefused() {
    assertThatThrownBy(() -> server.raw().connect("TLSv1.2").close())
        .isInstanceOf(SSLException.class);
  }

  @Test
  void handshake_clientThatTrustsSomebodyElse_fails() throws Exception {
    SSLContext other = TestCertificate.create(Instant.now()).trusting();
    assertThatThrownBy(() -> new RawHttps(server.port(), other).connect().close())
        .isInstanceOf(SSLException.class);
  }

  @Test
  void plainHttp_getsNoAnswer() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .doesNotContain("HTTP/");
    }
  }

  @Test
  void start_portTaken_saysWhichAndWhatToDo() {
    assertThatThrownBy(
            () -> server.another(WebConfig.at(IpAddress.parse("127.0.0.1"), server.port())).start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("listening at 127.0.0.1 port " + server.port())
        .hasMessageContaining("stop the other program");
  }

  @Test
  void idleConnection_isClosed() throws Exception {
    WebConfig hasty = new WebConfig(IpAddress.parse("127.0.0.1"), 0, Duration.ofSeconds(1), 10);
    try (WebServer other = server.another(hasty)) {
      other.start();
      try (SSLSocket socket = new RawHttps(other.port(), server.trusting()).connect()) {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHo".getBytes(ISO_8859_1));
        // Ends by the server's doing; the socket's own patience would throw.
        assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
            .doesNotContain("200 OK");
      }
    }
  }

  @Test
  void longRequest_isNotTakenForAnIdleConnection() throws Exception {
    WebConfig hasty = new WebConfig(IpAddress.parse("127.0.0.1"), 0, Duration.ofSeconds(1), 10);
    long id = server.serviceForUsers("slow", "10.77.2.20:80");
    try (WebServer other = server.another(hasty)) {
      other.start();
      URI base = URI.create("https://127.0.0.1:" + other.port());
      try (Browser user = new Browser(base, server.trusting())) {
        user.login("user", WebFixture.PASSWORD);
        server.holdGateways();
        CompletableFuture.delayedExecutor(2_500, TimeUnit.MILLISECONDS)
            .execute(server::releaseGateways);
        Reply reply = user.send("POST", "/api/me/selected", "{\"service_id\":" + id + "}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      }
    }
  }

  @Test
  void crowd_ofIdleConnections_makesRoom() throws Exception {
    WebConfig small = new WebConfig(IpAddress.parse("127.0.0.1"), 0, Duration.ofMinutes(5), 4);
    List<SSLSocket> crowd = new ArrayList<>();
    try (WebServer other = server.another(small)) {
      other.start();
      RawHttps raw = new RawHttps(other.port(), server.trusting());
      for (int i = 0; i < 4; i++) {
        crowd.add(raw.connect());
      }
      assertThat(RawHttps.status(raw.request("GET /healthz HTTP/1.1"))).isEqualTo(200);
    } finally {
      for (SSLSocket socket : crowd) {
        socket.close();
      }
    }
  }

  @Test
  void slowBody_isCutOff() throws Exception {
    try (SSLSocket socket = server.raw().connect()) {
      String head =
          String.join(
              "\r\n",
              "POST /api/auth/login HTTP/1.1",
              "Host: a",
              "Content-Type: application/json",
              "Content-Length: 60000",
              "",
              "");
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      // Ten bytes a second, for a minute at most: far from idle, and far too slow.
      long begun = System.nanoTime();
      assertThatThrownBy(
              () -> {
                while (System.nanoTime() - begun < Duration.ofMinutes(1).toNanos()) {
                  socket.getOutputStream().write(' ');
                  Thread.sleep(100);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void close_freesThePortAndMayBeRepeated() throws Exception {
    WebServer first = server.another(WebConfig.at(IpAddress.parse("127.0.0.1"), 0));
    first.start();
    int port = first.port();
    first.close();
    first.close();
    try (WebServer second = server.another(WebConfig.at(IpAddress.parse("127.0.0.1"), port))) {
      second.start();
      assertThat(second.port()).isEqualTo(port);
    }
  }
}
