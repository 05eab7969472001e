package io.aegis.enforcer.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Reason;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the in-memory enforcer has beyond the contract; the kit tests the contract itself. */
final class InMemoryEnforcerTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final byte[] ARP =
      HexFormat.of()
          .parseHex(
              "02005eae000102005eae0002080600010800060400010000000000000000000000000000000000000000");
  private static final byte[] UNKNOWN = new byte[60];

  private final InMemoryEnforcerProvider provider = new InMemoryEnforcerProvider();

  private InMemoryEnforcer open() {
    return provider.open(
        new EnforcerSettings(
            "test",
            List.of(InterfaceSettings.enforcing("eth0")),
            List.of(),
            4,
            InstantSource.fixed(NOW),
            Map.of()));
  }

  @Test
  void process_countsWhatItDecides() {
    try (InMemoryEnforcer enforcer = open()) {
      assertThat(enforcer.process("eth0", ARP)).isEqualTo(Verdict.of(Reason.ARP));
      assertThat(enforcer.process("eth0", UNKNOWN)).isEqualTo(Verdict.of(Reason.ETHERTYPE));
      assertThat(enforcer.counters().packets(Reason.ARP)).isEqualTo(1);
      assertThat(enforcer.counters().packets(Reason.ETHERTYPE)).isEqualTo(1);
    }
  }

  @Test
  void process_afterClose_dropsEvenArp_andAfterDetach_isRefused() {
    InMemoryEnforcer closed = open();
    closed.close();
    assertThat(closed.process("eth0", ARP).admitted()).isFalse();
    InMemoryEnforcer detached = open();
    detached.detach();
    assertThatThrownBy(() -> detached.process("eth0", ARP))
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }

  @Test
  void process_ofWhatCannotArrive_isRefusedAndUncounted() {
    try (InMemoryEnforcer enforcer = open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> enforcer.process("eth9", ARP))
          .withMessageContaining("eth9")
          .withMessageContaining("it protects eth0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> enforcer.process("eth0", new byte[13]))
          .withMessageContaining("13");
      assertThat(enforcer.counters().counts()).isEmpty();
    }
  }

  @Test
  void instances_ofTwoProviders_knowNothingOfEachOther() {
    try (InMemoryEnforcer first = open()) {
      var other = new InMemoryEnforcerProvider();
      assertThat(other.detach("test")).isEmpty();
      assertThat(first.health().isGreen()).isTrue();
    }
    open().close();
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void events_thatDoNotFit_areCountedInTheNextOne() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var events = new LinkedBlockingQueue<DropEvent>();
    try (InMemoryEnforcer enforcer = open();
        Subscription _ =
            enforcer.events(event -> {
              events.add(event);
              entered.countDown();
              awaitUninterrupted(release);
            })) {
      enforcer.process("eth0", UNKNOWN);
      entered.await(); // the listener holds the first event; the queue has room for 1,024 more
      for (int n = 0; n < 1_024 + 10; n++) {
        enforcer.process("eth0", UNKNOWN);
      }
      release.countDown();
      long reported = 0;
      while (reported < 1 + 1_024) {
        assertThat(take(events).unreported()).isZero();
        reported++;
      }
      enforcer.process("eth0", UNKNOWN);
      assertThat(take(events).unreported()).isEqualTo(10);
      enforcer.process("eth0", UNKNOWN);
      assertThat(take(events).unreported()).isZero();
    }
  }

  private static DropEvent take(LinkedBlockingQueue<DropEvent> events) throws InterruptedException {
    return events.take();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
