package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.DropEvent;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.Subscription;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Drops in the kernel become events in Java: few of many, and none unheard. */
@Tag("kernel")
@Timeout(60)
class EventsIT {

  /** As {@code bpf/aegis_events.h} has them. */
  private static final int BURST = 8;

  private static final Duration WINDOW = Duration.ofMillis(100);

  @RegisterExtension final Scene scene = new Scene("agevent");

  private final LinkedBlockingQueue<DropEvent> events = new LinkedBlockingQueue<>();

  /** Lets a frame arrive many times. */
  private void arrive(byte[] frame, int times) throws Exception {
    try (XdpLink link = XdpLink.open(scene.pins().links().getFirst().path());
        OwnedFd program = Bpf.openProgram(link.info().programId())) {
      BpfProg.testRun(program, frame, times);
    }
  }

  private DropEvent next() throws InterruptedException {
    DropEvent event = events.poll(10, TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return event;
  }

  private DropEvent next(Reason reason) throws InterruptedException {
    while (true) {
      DropEvent event = next();
      if (event.reason() == reason) {
        return event;
      }
    }
  }

  @Test
  void realPacket_isTold_withEverythingThatWasRead() throws Exception {
    try (Enforcer enforcer = scene.open();
        Subscription _ = enforcer.events(events::add)) {
      scene.veth().sendUdp(7001);
      DropEvent event = next(Reason.NO_GRANT);
      while (!IpAddress.parse(scene.veth().farAddress()).equals(event.source())) {
        event = next(Reason.NO_GRANT); // the kernel's own IPv6 chatter
      }
      assertThat(event.interfaceName()).isEqualTo(scene.veth().near());
      assertThat(event.destination()).isEqualTo(IpAddress.parse(scene.veth().nearAddress()));
      assertThat(event.protocol()).hasValue(Frames.UDP);
      assertThat(event.destinationPort()).isEqualTo(7001);
    }
  }

  @Test
  void everyFrame_isToldAsFarAsItCouldBeRead() throws Exception {
    Veth.run("ip", "link", "set", scene.veth().near(), "down");
    try (Enforcer enforcer = scene.open();
        Subscription _ = enforcer.events(events::add)) {
      arrive(Frames.ethernet(0x1234, new byte[50]), 1);
      assertThat(next())
          .satisfies(event -> {
            assertThat(event.reason()).isEqualTo(Reason.ETHERTYPE);
            assertThat(event.source()).isNull();
            assertThat(event.protocol()).isEmpty();
            assertThat(event.sourcePort()).isNull();
          });
      arrive(Frames.ipv6Frame(Frames.ipv6(Frames.TCP, 64, Frames.tcp(5, 443, Frames.SYN))), 1);
      assertThat(next())
          .satisfies(event -> {
            assertThat(event.source()).isEqualTo(IpAddress.parse("fd77::2"));
            assertThat(event.destination()).isEqualTo(IpAddress.parse("fd77::1"));
            assertThat(event.sourcePort()).isEqualTo(5);
            assertThat(event.destinationPort()).isEqualTo(443);
          });
      arrive(Frames.ipv4Frame(Frames.ipv4(47, new byte[8])), 1);
      assertThat(next())
          .satisfies(event -> {
            assertThat(event.protocol()).hasValue(47);
            assertThat(event.destinationPort()).isNull();
          });
      byte[] mapped = Frames.address(1);
      java.util.Arrays.fill(mapped, (byte) 0);
      mapped[10] = (byte) 0xff;
      mapped[11] = (byte) 0xff;
      arrive(Frames.ipv6Frame(Frames.ipv6(17, 64, mapped, mapped, Frames.udp(5, 6))), 1);
      assertThat(next())
          .satisfies(event -> {
            assertThat(event.source()).as("no address on the wire").isNull();
            assertThat(event.destinationPort()).isEqualTo(6);
          });
    }
  }

  @Test
  void flood_isSampled_andEveryDropIsToldOrCounted() throws Exception {
    Veth.run("ip", "link", "set", scene.veth().near(), "down");
    int flood = 100_000;
    try (Enforcer enforcer = scene.open();
        Subscription _ = enforcer.events(events::add)) {
      long before = System.nanoTime();
      arrive(scene.frame(7001), flood);
      long windows = 1 + (System.nanoTime() - before) / WINDOW.toNanos();
      assertThat(enforcer.counters().packets(Reason.NO_GRANT)).isEqualTo(flood);
      // One more drop when the window is over tells how many were not told.
      long told = 0;
      long counted = 0;
      while (told + counted < flood) {
        DropEvent event = events.poll(2 * WINDOW.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
          arrive(scene.frame(7001), 1);
          flood++;
        } else {
          told++;
          counted += event.unreported();
        }
      }
      assertThat(told + counted).isEqualTo(flood);
      assertThat(counted).isGreaterThan(50_000);
      int cpus = Runtime.getRuntime().availableProcessors();
      assertThat(told).isLessThanOrEqualTo((windows + 1) * BURST * cpus + flood - 100_000);

      arrive(Frames.ethernet(0x1234, new byte[50]), 1);
      assertThat(next(Reason.ETHERTYPE).unreported())
          .as("a flood of one reason costs no other its events")
          .isZero();
    }
  }

  @Test
  void nobodyListening_nothingIsToldOrCounted_andANewListenerBeginsAnew() throws Exception {
    Veth.run("ip", "link", "set", scene.veth().near(), "down");
    try (Enforcer enforcer = scene.open()) {
      enforcer.events(events::add).close();
      arrive(scene.frame(7001), 10_000);
      assertThat(events).isEmpty();
      try (Subscription _ = enforcer.events(events::add)) {
        arrive(scene.frame(7001), 1);
        assertThat(next().unreported()).isZero();
      }
    }
  }

  @Test
  void listenerThatHangs_holdsUpNeitherTheOthersNorTheEnforcer() throws Exception {
    Veth.run("ip", "link", "set", scene.veth().near(), "down");
    var hung = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (Enforcer enforcer = scene.open()) {
      Subscription slow =
          enforcer.events(_ -> {
            hung.countDown();
            awaitQuietly(release);
          });
      try (Subscription _ = enforcer.events(events::add)) {
        arrive(scene.frame(7001), 1);
        hung.await();
        arrive(Frames.ethernet(0x1234, new byte[50]), 1);
        assertThat(next(Reason.ETHERTYPE)).isNotNull();
        assertThat(enforcer.health().isGreen()).isTrue();
      }
      slow.close();
    }
    release.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void explain_isNoEvent() throws Exception {
    Veth.run("ip", "link", "set", scene.veth().near(), "down");
    try (Enforcer enforcer = scene.open();
        Subscription _ = enforcer.events(events::add)) {
      assertThat(scene.reason(enforcer, 7001)).isEqualTo(Reason.NO_GRANT);
      arrive(scene.frame(7002), 1);
      assertThat(next().destinationPort()).isEqualTo(7002);
    }
  }
}
