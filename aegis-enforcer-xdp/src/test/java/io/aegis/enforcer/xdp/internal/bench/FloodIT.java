package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.XdpEnforcerProvider;
import io.aegis.enforcer.xdp.internal.bench.FloodLab.Flood;
import io.aegis.enforcer.xdp.internal.probe.Cpus;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A flood of strangers costs the agent next to nothing, and gets nothing through. */
@Tag("kernel")
class FloodIT {

  private static final int FRAMES = 5_000_000;

  /** What the datapath may tell in a tenth of a second, for each reason and CPU. */
  private static final int BURST = 8;

  /** Of one CPU. An agent that heard of every frame would take all that it can get. */
  private static final double MOST_CPU = 0.5;

  private final AtomicLong events = new AtomicLong();
  private final AtomicLong unreported = new AtomicLong();

  @Test
  void flood_isDroppedToTheLastFrame_andTheAgentHearsOfAFew() throws Exception {
    int openBefore = OwnedFd.openCount();

    FloodLab.inNamespaceOfItsOwn(() -> {
      try (FloodLab lab = FloodLab.open()) {
        requireBounded(lab);
      }
      return true;
    });

    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  private void requireBounded(FloodLab lab) throws Exception {
    String instance = "flood-" + ProcessHandle.current().pid();
    var settings =
        new EnforcerSettings(
            instance,
            List.of(InterfaceSettings.enforcing(FloodLab.GUARDED)),
            List.of(),
            GateWorks.MAX_GRANTS,
            Gate::now,
            Map.of());
    try (Enforcer enforcer = new XdpEnforcerProvider().open(settings)) {
      try {
        enforcer.apply(GrantUpdate.adding(GateWorks.grant(1, Frames.client(1), Frames.SERVICE)));
        enforcer.events(drop -> {
          events.incrementAndGet();
          unreported.addAndGet(drop.unreported());
        });
        lab.flood(FRAMES / 10); // the compiler, and all that happens once
        long eventsBefore = events.get();
        long droppedBefore = enforcer.counters().packets(Reason.NO_GRANT);
        long passed = FloodLab.passed();

        Flood flood = lab.flood(FRAMES);

        assertThat(FloodLab.passed() - passed).as("got through").isLessThan(10);
        assertThat(enforcer.counters().packets(Reason.NO_GRANT) - droppedBefore)
            .isEqualTo(flood.received());
        long windows = TimeUnit.NANOSECONDS.toMillis(flood.wallNanos()) / 100 + 2;
        assertThat(events.get() - eventsBefore)
            .as("events in %d windows", windows)
            .isLessThanOrEqualTo(windows * BURST * Cpus.possible());
        assertThat(events.get()).isPositive();
        assertThat((double) flood.otherNanos() / flood.wallNanos())
            .as("CPU of the agent, of one CPU")
            .isLessThan(MOST_CPU);
      } finally {
        enforcer.detach();
      }
    }
  }
}
