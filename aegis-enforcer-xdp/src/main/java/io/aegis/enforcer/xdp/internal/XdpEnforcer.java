package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.DropListener;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.spi.Subscription;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.table.GrantTable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Enforces in the kernel: an XDP program on each protected interface, over shared maps, all pinned.
 *
 * <p>Thread-safe: changes run one after the other, readings beside them, and closing waits for
 * both.
 */
final class XdpEnforcer implements Enforcer {

  /** What it can do on every kernel it opens on. */
  static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.IPV6,
          Capability.PREFIX_TARGETS,
          Capability.PORT_RANGES,
          Capability.ICMP_ECHO,
          Capability.RELATED_ERRORS,
          Capability.AUDIT,
          Capability.KERNEL_EXPIRY,
          Capability.SHARED_TUPLES,
          Capability.SURVIVES_RESTART,
          Capability.COMMIT_CONFIRM,
          Capability.REASONS,
          Capability.EVENTS,
          Capability.EXPLAIN);

  private static final Set<Capability> WITH_EGRESS =
      Stream.concat(CAPABILITIES.stream(), Stream.of(Capability.EGRESS))
          .collect(Collectors.toUnmodifiableSet());

  private final Set<Capability> capabilities;
  private final XdpDatapath datapath;
  private final XdpReadings readings;
  private final GrantTable grants;
  private final StateWord state;
  private final BootClock clock;

  private final Life life;
  private final ReentrantLock changes = new ReentrantLock(true);

  XdpEnforcer(
      XdpDatapath datapath,
      XdpReadings readings,
      GrantTable grants,
      StateWord state,
      BootClock clock) {
    this.datapath = datapath;
    this.capabilities = datapath.hasEgress() ? WITH_EGRESS : CAPABILITIES;
    this.readings = readings;
    this.grants = grants;
    this.state = state;
    this.clock = clock;
    this.life = new Life("the enforcer of instance " + datapath.instance());
  }

  private <T> T change(String doing, Life.Operation<T> operation) {
    return life.whileOpen(
        doing,
        () -> {
          changes.lock();
          try {
            return operation.run();
          } finally {
            changes.unlock();
          }
        });
  }

  @Override
  public Set<Capability> capabilities() {
    return life.whileOpen("reading capabilities", () -> capabilities);
  }

  @Override
  public UpdateResult apply(GrantUpdate update) {
    return change("changing grants", () -> grants.apply(update));
  }

  @Override
  public UpdateResult replace(Collection<Grant> wanted) {
    return change("replacing grants", () -> grants.replace(wanted));
  }

  @Override
  public List<Grant> grants() {
    return life.whileOpen("reading grants", readings::readGrants);
  }

  @Override
  public Map<GrantId, Activity> activity() {
    return life.whileOpen("reading activity", readings::readActivity);
  }

  @Override
  public Counters counters() {
    return life.whileOpen("reading counters", readings::readCounters);
  }

  @Override
  public Subscription events(DropListener listener) {
    return life.whileOpen("reporting drops", () -> datapath.events().add(listener));
  }

  @Override
  public Verdict explain(String interfaceName, byte[] frame) {
    return life.whileOpen(
        "explaining a frame", () -> datapath.explain(Direction.INGRESS, interfaceName, frame));
  }

  @Override
  public Verdict explain(Direction way, String interfaceName, byte[] frame) {
    return life.whileOpen("explaining a frame", () -> datapath.explain(way, interfaceName, frame));
  }

  @Override
  public void lease(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a lease is not negative: " + duration);
    }
    life.whileOpen(
        "extending the lease",
        () -> {
          state.leaseUntil(duration.isZero() ? 0 : clock.bootNanosAfter(duration));
          return duration;
        });
  }

  @Override
  public Health health() {
    return life.whileOpen("checking health", readings::readHealth);
  }

  @Override
  public boolean isConfirmed() {
    return life.whileOpen("asking whether it is confirmed", datapath.confirmation()::isConfirmed);
  }

  @Override
  public void confirm() {
    life.whileOpen(
        "confirming",
        () -> {
          datapath.confirmation().confirm();
          return true;
        });
  }

  @Override
  public void detach() {
    life.end(datapath::detach, datapath);
  }

  @Override
  public void close() {
    life.close(datapath);
  }
}
