package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Receipt;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Capture;
import io.aegis.enforcer.xdp.internal.sys.Capture.Frame;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A grant that is removed while megabytes flow over it: what the wire saw, on both sides of it and
 * with the kernel's times, against the time in the receipt.
 */
@Tag("kernel")
@Timeout(60)
class RevocationIT {

  private static final int PORT = 7001;
  private static final int TCP = 6;

  /** Packets of a transfer that is under way. */
  private static final int ENOUGH = 50;

  /** Whoever sends tries again after a fifth of a second, then after twice as long. */
  private static final int TRIES = 2;

  @RegisterExtension private final Scene scene = new Scene("agrevo");

  /** Who sends the megabytes, over what. */
  enum Transfer {
    DOWNLOAD(true, false),
    UPLOAD(false, false),
    DOWNLOAD_IPV6(true, true),
    UPLOAD_IPV6(false, true);

    final boolean isDownload;
    final boolean isIpv6;

    Transfer(boolean isDownload, boolean isIpv6) {
      this.isDownload = isDownload;
      this.isIpv6 = isIpv6;
    }

    /** The way of the megabytes. */
    Direction way() {
      return isDownload ? Direction.EGRESS : Direction.INGRESS;
    }

    /** Why they are dropped when nothing admits them any more. */
    Reason reason() {
      return isDownload ? Reason.EGRESS : Reason.NO_GRANT;
    }
  }

  private String near(Transfer transfer) {
    return transfer.isIpv6 ? scene.veth().nearAddress6() : scene.veth().nearAddress();
  }

  private Grant grant(Transfer transfer) {
    String far = transfer.isIpv6 ? scene.veth().farAddress6() : scene.veth().farAddress();
    return Grant.until(
        new GrantId(1),
        IpAddress.parse(far),
        Target.of(IpAddress.parse(near(transfer)), Protocol.TCP, PORT),
        Instant.now().plusSeconds(60));
  }

  /** Sends to whoever connects, or takes what comes, until the socket is closed. */
  private static void serve(ServerSocket server, boolean isPushing) {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = server.accept();
              OutputStream out = socket.getOutputStream()) {
            byte[] chunk = new byte[1 << 14];
            while (!server.isClosed()) {
              if (isPushing) {
                out.write(chunk);
              } else if (socket.getInputStream().read(chunk) < 0) {
                return;
              }
            }
          } catch (IOException e) {
            LockSupport.parkNanos(1); // closed, as it was to be
          }
        });
  }

  private static long packets(Enforcer enforcer, Direction way, Reason reason) {
    return enforcer.counters().counts().stream()
        .filter(count -> count.direction() == way && count.reason() == reason)
        .mapToLong(Count::packets)
        .sum();
  }

  private Process start(Transfer transfer) throws IOException {
    return transfer.isDownload
        ? scene.veth().receiveTcp(near(transfer), PORT)
        : scene.veth().sendTcp(near(transfer), PORT, 1 << 30);
  }

  /** What was seen of a transfer whose grant was removed meanwhile. */
  private record Seen(Instant receipt, List<Frame> filtered, List<Frame> ofClient) {

    /** What the filter has let through after the receipt's time. */
    List<Frame> late() {
      return Stream.concat(
              filtered.stream(),
              // What the client itself sends has not met the filter yet.
              ofClient.stream().filter(frame -> !frame.leaves()))
          .filter(frame -> frame.at().isAfter(receipt))
          .toList();
    }
  }

  private Seen revoke(Enforcer enforcer, Transfer transfer, LongSupplier dropped) throws Exception {
    try (var server = new ServerSocket(PORT, 5, InetAddress.getByName(near(transfer)))) {
      enforcer.replace(List.of(grant(transfer)));
      serve(server, transfer.isDownload);
      Process client = start(transfer);
      Scene.await("it runs", () -> packets(enforcer, Direction.INGRESS, Reason.GRANT) > ENOUGH);
      try (Capture filtered = Capture.of(scene.veth().near());
          Capture ofClient = Capture.of("far0", scene.veth().namespace())) {
        Scene.await("it is seen", () -> hasBothWays(filtered) && hasBothWays(ofClient));
        Receipt receipt =
            enforcer.apply(GrantUpdate.removing(new GrantId(1))).receipts().getFirst();
        long before = dropped.getAsLong();
        Scene.await("they go on trying", () -> dropped.getAsLong() >= before + TRIES);
        return new Seen(receipt.appliedAt(), tcp(filtered), tcp(ofClient));
      } finally {
        client.destroyForcibly().waitFor();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void revoked_inTheMiddleOfATransfer_nothingPassesEitherWayAfterTheReceipt(Transfer transfer)
      throws Exception {
    scene.veth().addIpv6();
    try (Enforcer enforcer = scene.open()) {
      Seen seen =
          revoke(enforcer, transfer, () -> packets(enforcer, transfer.way(), transfer.reason()));
      assertThat(seen.late()).isEmpty();
      if (!transfer.isDownload) {
        assertThat(seen.ofClient()).anyMatch(frame -> frame.at().isAfter(seen.receipt()));
      }
    }
  }

  /** The test above can fail: on Linux before 6.6 nobody keeps the server from sending. */
  @Test
  void withoutTheProgramForWhatLeaves_theCapturesTellOfPushes() throws Exception {
    var older =
        new XdpEnforcerProvider(
            features -> new Features(features.hasBufferLength(), features.hasFragments(), false));
    try (Enforcer enforcer = older.open(Settings.of(scene.instance(), scene.veth().near()))) {
      Seen seen =
          revoke(
              enforcer,
              Transfer.DOWNLOAD,
              () -> packets(enforcer, Direction.INGRESS, Reason.NO_GRANT));
      // With content, and not mere acknowledgements.
      assertThat(seen.late()).isNotEmpty().allMatch(frame -> frame.length() > 100);
    }
  }

  private static List<Frame> tcp(Capture capture) throws Errno {
    return capture.frames().stream().filter(frame -> frame.protocol() == TCP).toList();
  }

  private static boolean hasBothWays(Capture capture) {
    try {
      return tcp(capture).stream().map(Frame::leaves).distinct().count() == 2;
    } catch (Errno e) {
      throw new IllegalStateException(e);
    }
  }
}
