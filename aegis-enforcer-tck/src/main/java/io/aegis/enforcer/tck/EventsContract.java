package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.DropEvent;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.Subscription;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code events}: dropped packets are reported, or the subscription is refused. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
public abstract class EventsContract extends EnforcerConcern {
  private static final long PATIENCE_SECONDS = 10;
  private static final long QUIET_MILLIS = 150;

  /** For subclasses. */
  protected EventsContract() {}

  @Test
  void events_tellWhatWasDropped_orAreRefused() throws InterruptedException {
    var events = new LinkedBlockingQueue<DropEvent>();
    if (!can(Capability.EVENTS)) {
      assertFails(Kind.UNSUPPORTED, () -> enforcer().events(events::add));
      return;
    }
    Instant before = now();
    try (Subscription _ = enforcer().events(events::add)) {
      assertThat(admits(Sample.request())).isFalse();
      DropEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(event).isNotNull();
      assertThat(event.at()).isBetween(before.minusMillis(50), now().plusMillis(50));
      assertThat(event.interfaceName()).isEqualTo(outside());
      assertThat(event.direction()).isEqualTo(Direction.INGRESS);
      assertThat(event.reason()).isEqualTo(Reason.NO_GRANT);
      assertThat(event.source()).isEqualTo(Sample.CLIENT);
      assertThat(event.destination()).isEqualTo(Sample.SERVICE);
      assertThat(event.protocol()).hasValue(6);
      assertThat(event.sourcePort()).isEqualTo(40_000);
      assertThat(event.destinationPort()).isEqualTo(Sample.PORT);
      assertThat(event.unreported()).isZero();
    }
  }

  @Test
  void events_areOfDropsAlone_andEndWithTheSubscription() throws InterruptedException {
    if (!can(Capability.EVENTS)) {
      return; // the refusal is tested above
    }
    var events = new LinkedBlockingQueue<DropEvent>();
    add(Sample.web(1, now()));
    Subscription subscription = enforcer().events(events::add);
    assertThat(admits(Sample.request())).isTrue();
    if (can(Capability.EXPLAIN)) {
      byte[] forbidden = Sample.frame(Sample.CLIENT, Sample.SERVICE, 9);
      assertThat(enforcer().explain(outside(), forbidden).admitted()).isFalse();
    }
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, Sample.PORT))).isFalse();
    DropEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    assertThat(event.source())
        .as("neither the admitted packet before it nor explain is an event")
        .isEqualTo(Sample.STRANGER);
    subscription.close();
    subscription.close();
    var later = new LinkedBlockingQueue<DropEvent>();
    try (Subscription _ = enforcer().events(later::add)) {
      assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, 9))).isFalse();
      assertThat(later.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
      assertThat(events).as("reported after its end").isEmpty();
    }
  }

  @Test
  void slowListener_andOneThatThrows_holdUpNobody() throws InterruptedException {
    if (!can(Capability.EVENTS)) {
      return; // the refusal is tested above
    }
    var release = new CountDownLatch(1);
    var events = new LinkedBlockingQueue<DropEvent>();
    var callers = new AtomicInteger();
    var crowded = new AtomicBoolean();
    try (Subscription _ = enforcer().events(_ -> await(release));
        Subscription _ =
            enforcer()
                .events(event -> {
                  if (callers.incrementAndGet() > 1) {
                    crowded.set(true);
                  }
                  events.add(event);
                  callers.decrementAndGet();
                  throw new IllegalStateException("a listener of the contract kit throws");
                })) {
      for (int n = 0; n < 10_000; n++) {
        assertThat(admits(Sample.request())).isFalse();
      }
      assertThat(events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
      assertThat(enforcer().counters().packets(Reason.NO_GRANT)).isEqualTo(10_000);
      release.countDown();
    }
    assertThat(crowded).as("one thread at a time calls a listener").isFalse();
  }

  @Test
  void lostReports_areCounted() throws InterruptedException {
    if (!can(Capability.EVENTS)) {
      return; // the refusal is tested above
    }
    var release = new CountDownLatch(1);
    var events = new LinkedBlockingQueue<DropEvent>();
    try (Subscription _ =
        enforcer()
            .events(event -> {
              await(release);
              events.add(event);
            })) {
      long dropped = 0;
      for (; dropped < 5_000; dropped++) { // more than anybody keeps for a listener
        assertThat(admits(Sample.request())).isFalse();
      }
      release.countDown();
      long known = 0;
      while (known < dropped) {
        DropEvent event = events.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        if (event != null) {
          known += 1 + event.unreported();
        } else { // the next one tells how many were not
          assertThat(dropped).as("tries to hear of those that were lost").isLessThan(5_100);
          assertThat(admits(Sample.request())).isFalse();
          dropped++;
        }
      }
      assertThat(known).as("told and counted").isEqualTo(dropped);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
