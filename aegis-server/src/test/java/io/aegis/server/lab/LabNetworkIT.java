package io.aegis.server.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
final class LabNetworkIT {
  /** Spent only by what fails; a lost first packet costs seconds on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final LabNetwork network =
      new LabNetwork("it" + ProcessHandle.current().pid() % 10_000_000);
  private final LabClient client = new LabClient(network.namespace("client"));

  @BeforeEach
  void up() {
    network.up();
  }

  @AfterEach
  void down() {
    network.down();
    assertThat(network.exists()).isFalse();
  }

  @Test
  void up_withServices_clientsReachThemInBothFamilies() {
    try (LabServices _ = network.namespace("zone").call(LabServices::start)) {
      assertThat(client.gets(LabNetwork.WEB, PATIENCE)).isTrue();
      assertThat(client.gets(LabNetwork.WEB_V6, PATIENCE)).isTrue();
      assertThat(client.connects(LabNetwork.ECHO, LabServices.PORT, PATIENCE)).isTrue();
      assertThat(client.echoes(LabNetwork.WEB, LabServices.PORT, PATIENCE)).isTrue();
      assertThat(client.pings(LabNetwork.WEB, PATIENCE)).isTrue();
    }
  }

  @Test
  void connects_nobodyListens_isFalse() {
    assertThat(client.connects(LabNetwork.WEB, LabServices.PORT, PATIENCE)).isFalse();
  }

  @Test
  void upload_running_isSeenArriving() {
    try (LabServices services = network.namespace("zone").call(LabServices::start)) {
      try (LabClient.Transfer _ = client.upload(LabNetwork.WEB)) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (services.arrivals().uploadedBytes() < 1_000_000) {
          assertThat(System.nanoTime()).as("the upload arrives in time").isLessThan(end);
          Thread.onSpinWait();
        }
      }
      assertThat(services.arrivals().from(LabNetwork.CLIENT)).isOne();
    }
  }

  @Test
  void wire_besideADownload_tellsWhenPacketsWentBy() {
    NetworkNamespace gateway = network.namespace("gateway");
    InstantSource clock = InstantSource.system();
    try (LabServices _ = network.namespace("zone").call(LabServices::start);
        Wire wire = Wire.listen(gateway, LabNetwork.OUTSIDE);
        LabClient.Transfer download = client.download(LabNetwork.WEB)) {
      Instant start = clock.instant();
      awaitBytes(download, 1_000_000);
      assertThat(wire.last(LabNetwork.WEB).toHost()).isBetween(start, clock.instant());
      Instant soFar = clock.instant();
      awaitBytes(download, download.receivedBytes() + 1_000_000);
      assertThat(wire.last(LabNetwork.WEB).fromHost()).isBetween(soFar, clock.instant());
      assertThat(wire.last(LabNetwork.ECHO)).isEqualTo(new Wire.Last(null, null));
    }
  }

  @Test
  void wire_onNoInterface_isRefusedByName() {
    assertThatThrownBy(() -> Wire.listen(network.namespace("gateway"), "nowhere0"))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("nowhere0");
  }

  private static void awaitBytes(LabClient.Transfer download, long bytes) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (download.receivedBytes() < bytes) {
      assertThat(System.nanoTime()).as("the download arrives in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void await_pathOpens_tellsWhenTheFirstPacketWasSent() {
    try (LabServices _ = network.namespace("zone").call(LabServices::start)) {
      long before = System.nanoTime();
      long sent =
          FirstPacket.await(network.namespace("client"), LabNetwork.WEB, LabServices.PORT, PATIENCE)
              .join();
      assertThat(sent).isBetween(before, System.nanoTime());
    }
  }

  @Test
  void await_pathStaysShut_givesUp() {
    network.namespace("gateway").sysctl("ipv4/ip_forward", "0");
    assertThatThrownBy(() ->
            FirstPacket.await(
                    network.namespace("client"),
                    LabNetwork.WEB,
                    LabServices.PORT,
                    Duration.ofMillis(200))
                .join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(LabException.class);
  }
}
