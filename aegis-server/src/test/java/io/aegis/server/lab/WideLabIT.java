package io.aegis.server.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.server.cli.Main;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services that are a prefix and every port of it, from the REST API to datagrams in fragments. */
@Tag("kernel")
@Timeout(180)
final class WideLabIT {
  /** Two more ports than the lab's own services have. */
  private static final int PORT = 9_001;

  private static final int OTHER_PORT = 9_002;
  private static final int IN_FRAGMENTS = 4_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Lab lab =
      new Lab(
          "it" + ProcessHandle.current().pid() % 10_000_000,
          Program.current(Main.class),
          xdp(),
          InstantSource.system());

  private static EnforcerProvider xdp() {
    return ServiceLoader.load(EnforcerProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(each -> each.name().equals("xdp"))
        .findFirst()
        .orElseThrow();
  }

  @AfterEach
  void down() {
    lab.down();
    assertThat(lab.leftovers()).isEmpty();
  }

  @Test
  void services_ofAPrefixAndEveryPort_areReachedWithFragments_inBothFamilies() throws Exception {
    lab.up(new LabLimits(Duration.ofSeconds(60), Duration.ofSeconds(60)));
    reach(lab.portalAddress(), LabNetwork.WEB, LabNetwork.ECHO, "10.77.2.6/31:any");
    reach(
        lab.portalAddressV6(),
        LabNetwork.WEB_V6,
        IpAddress.parse("fd77:2::8"),
        "[fd77:2::6/127]:any");
  }

  private void reach(URI address, IpAddress inside, IpAddress outside, String prefix)
      throws IOException {
    try (DatagramSocket one = echo(inside, PORT);
        DatagramSocket two = echo(inside, OTHER_PORT);
        DatagramSocket other = echo(outside, PORT);
        Portal portal = Portal.from(lab.network().namespace("client"), address, lab.authority())) {
      assertThat(other.isBound()).isTrue();
      assertThat(echoes(inside, PORT, IN_FRAGMENTS, SHORT)).as("before").isFalse();
      activate(portal, prefix);
      assertThat(echoes(inside, PORT, 10, PATIENCE)).isTrue();
      assertThat(echoes(inside, PORT, IN_FRAGMENTS, PATIENCE)).as(prefix).isTrue();
      assertThat(echoes(inside, OTHER_PORT, IN_FRAGMENTS, PATIENCE)).as("another port").isTrue();
      assertThat(echoes(outside, PORT, 10, SHORT)).as("beside the prefix").isFalse();
      assertThat(echoes(outside, PORT, IN_FRAGMENTS, SHORT)).as("beside the prefix").isFalse();
      portal.send("DELETE", "/api/me/selected/" + service, Map.of()).orThrow("deactivating");
      assertThat(echoes(inside, PORT, IN_FRAGMENTS, SHORT)).as("deactivated").isFalse();
      assertThat(one.isClosed() || two.isClosed()).isFalse();
    }
  }

  private long service;

  private void activate(Portal portal, String prefix) {
    portal
        .send(
            "POST",
            "/api/auth/login",
            Map.of("username", "root", "password", lab.initialPassword()))
        .orThrow("logging in");
    service =
        portal
            .send(
                "POST",
                "/api/services",
                Map.of("name", prefix.substring(1, 5), "hostname", prefix, "protocol", "udp"))
            .orThrow("adding " + prefix)
            .json()
            .get("id")
            .asLong();
    portal
        .send("POST", "/api/roles/1/services", Map.of("service_id", service))
        .orThrow("giving it to root");
    portal
        .send("POST", "/api/me/selected", Map.of("service_id", service))
        .orThrow("activating " + prefix);
  }

  /** Sends back whatever comes, until it is closed. */
  private DatagramSocket echo(IpAddress at, int port) {
    var address = new InetSocketAddress(at.toInetAddress(), port);
    DatagramSocket socket = lab.network().namespace("zone").call(() -> new DatagramSocket(address));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          var packet = new DatagramPacket(new byte[IN_FRAGMENTS], IN_FRAGMENTS);
          while (!socket.isClosed()) {
            try {
              packet.setLength(IN_FRAGMENTS);
              socket.receive(packet);
              socket.send(packet);
            } catch (IOException e) {
              // Closed, or whoever asked cannot be reached any more: the next turn tells which.
            }
          }
        });
    return socket;
  }

  private boolean echoes(IpAddress to, int port, int bytes, Duration patience) {
    return lab.network()
        .namespace("client")
        .call(() -> {
          try (var socket = new DatagramSocket()) {
            socket.setSoTimeout((int) patience.toMillis());
            socket.send(new DatagramPacket(new byte[bytes], bytes, to.toInetAddress(), port));
            var answer = new DatagramPacket(new byte[IN_FRAGMENTS + 1], IN_FRAGMENTS + 1);
            socket.receive(answer);
            return answer.getLength() == bytes;
          } catch (SocketTimeoutException e) {
            return false;
          }
        });
  }
}
