package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What real packets meet while the process that enforces dies, is absent, and comes back. */
@Tag("kernel")
class RestartIT {

  private static final int GRANTED = 7001;
  private static final int FORBIDDEN = 7002;

  private final String instance = "agr" + ProcessHandle.current().pid();
  private final XdpEnforcerProvider provider = new XdpEnforcerProvider();
  private final List<Process> children = new ArrayList<>();
  private int openBefore;
  private Veth veth;

  @BeforeEach
  void create() {
    openBefore = OwnedFd.openCount();
    veth = Veth.create();
  }

  @AfterEach
  void nothingStays() throws InterruptedException {
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
    provider.detach(instance);
    veth.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  /** Counts what arrives on a port, until it is closed. */
  private final class Listener implements AutoCloseable {
    private final DatagramSocket socket;
    private final AtomicInteger received = new AtomicInteger();
    private final Thread thread;

    Listener(int port) throws IOException {
      socket = new DatagramSocket(new InetSocketAddress(veth.nearAddress(), port));
      socket.setReceiveBufferSize(4 << 20);
      socket.setSoTimeout(500);
      thread = Thread.ofPlatform().name("listener-" + port).start(this::run);
    }

    private void run() {
      var packet = new DatagramPacket(new byte[64], 64);
      while (!socket.isClosed()) {
        try {
          socket.receive(packet);
          received.incrementAndGet();
        } catch (SocketTimeoutException e) {
          // Nothing for a while.
        } catch (IOException e) {
          return; // closed
        }
      }
    }

    int count() {
      return received.get();
    }

    void awaitCount(int count) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (received.get() < count && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      socket.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Process holdOpen(int seconds) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                HoldOpen.class.getName(),
                instance,
                veth.near(),
                veth.farAddress(),
                veth.nearAddress(),
                Integer.toString(GRANTED),
                Integer.toString(seconds))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    children.add(process);
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).isEqualTo(HoldOpen.READY);
    return process;
  }

  private static void kill(Process process) throws InterruptedException {
    assertThat(process.destroyForcibly().waitFor()).isEqualTo(128 + 9);
  }

  private Grant grant() {
    return Grant.until(
        new GrantId(1),
        IpAddress.parse(veth.farAddress()),
        Target.of(IpAddress.parse(veth.nearAddress()), Protocol.UDP, GRANTED),
        Instant.now().plusSeconds(60));
  }

  @Test
  void killed_whatWasOpenStaysOpen_nothingElseOpens_andTheNextTakesOver() throws Exception {
    kill(holdOpen(60));
    try (var granted = new Listener(GRANTED);
        var forbidden = new Listener(FORBIDDEN)) {
      veth.sendUdp(FORBIDDEN);
      veth.sendUdp(GRANTED);
      granted.awaitCount(1);
      assertThat(granted.count()).isEqualTo(1);
      assertThat(forbidden.count()).isZero();

      try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()))) {
        assertThat(enforcer.grants()).extracting(Grant::id).containsExactly(new GrantId(1));
        assertThat(Objects.requireNonNull(enforcer.activity().get(new GrantId(1))).packets())
            .isEqualTo(1);
        assertThat(enforcer.counters().packets(Reason.NO_GRANT)).isPositive();
        assertThat(enforcer.health().isGreen()).isTrue();
        enforcer.apply(GrantUpdate.removing(new GrantId(1)));
        veth.sendUdp(GRANTED);
        assertThat(granted.count()).isEqualTo(1);
      }
    }
  }

  @Test
  void killed_whatWasOpenClosesAtItsExpiry() throws Exception {
    Process process = holdOpen(2);
    Instant expiry = Instant.now().plusSeconds(2);
    kill(process);
    try (var view = provider.inspect(instance, Instant::now);
        var granted = new Listener(GRANTED)) {
      veth.sendUdp(GRANTED);
      granted.awaitCount(1);
      assertThat(granted.count()).isEqualTo(1);
      while (view.counters().packets(Reason.EXPIRED) == 0) {
        assertThat(Instant.now()).isBefore(expiry.plusSeconds(5));
        veth.sendUdp(GRANTED);
      }
      assertThat(Instant.now()).isAfter(expiry.minusSeconds(1));
      int before = granted.count();
      veth.sendUdp(GRANTED);
      assertThat(granted.count()).isEqualTo(before);
    }
  }

  @Test
  void restarts_underLoad_letNothingForbiddenThrough_andLoseNothingGranted() throws Exception {
    try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()))) {
      enforcer.apply(GrantUpdate.adding(grant()));
    }
    try (var granted = new Listener(GRANTED);
        var forbidden = new Listener(FORBIDDEN)) {
      Process load = veth.sendUdpUntilEnd(GRANTED, FORBIDDEN);
      children.add(load);
      granted.awaitCount(1);
      for (int restart = 0; restart < 5; restart++) {
        int before = granted.count();
        try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()))) {
          assertThat(enforcer.health().isGreen()).isTrue();
        }
        granted.awaitCount(before + 1);
      }
      load.getOutputStream().close();
      String sent = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int packets = Integer.parseInt(sent.strip());
      granted.awaitCount(packets);

      assertThat(forbidden.count()).isZero();
      assertThat(granted.count()).isEqualTo(packets).isGreaterThan(100);
    }
  }
}
