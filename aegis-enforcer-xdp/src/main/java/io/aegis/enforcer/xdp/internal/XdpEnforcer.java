package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.DropListener;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.spi.Subscription;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.CounterTable;
import io.aegis.enforcer.xdp.internal.map.GrantTable;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Enforces in the kernel: an XDP program on each protected interface, over shared maps, all pinned.
 *
 * <p>Thread-safe. Every operation holds {@code life} for reading, closing holds it for writing, so
 * that nothing is closed under a call; changes also hold {@code changes}, one after the other.
 */
final class XdpEnforcer implements Enforcer {

  private static final int LEAST_FRAME = 14;

  private static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.IPV6,
          Capability.ICMP_ECHO,
          Capability.AUDIT,
          Capability.KERNEL_EXPIRY,
          Capability.SHARED_TUPLES,
          Capability.SURVIVES_RESTART,
          Capability.EXPLAIN);

  private final XdpDatapath datapath;
  private final GrantTable grants;
  private final CounterTable counters;
  private final StateWord state;
  private final BootClock clock;

  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private final ReentrantLock changes = new ReentrantLock(true);
  private boolean isOpen = true; // guarded by life

  XdpEnforcer(
      XdpDatapath datapath,
      GrantTable grants,
      CounterTable counters,
      StateWord state,
      BootClock clock) {
    this.datapath = datapath;
    this.grants = grants;
    this.counters = counters;
    this.state = state;
    this.clock = clock;
  }

  private interface Operation<T> {
    T run() throws Errno;
  }

  private <T> T whileOpen(String doing, Operation<T> operation) {
    life.readLock().lock();
    try {
      requireOpen();
      return operation.run();
    } catch (Errno e) {
      throw Failures.of(doing + ", instance " + datapath.instance(), e);
    } finally {
      life.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (!isOpen) {
      throw new EnforcerException(
          Kind.CLOSED, "the enforcer of instance " + datapath.instance() + " is closed");
    }
  }

  private <T> T change(String doing, Operation<T> operation) {
    return whileOpen(
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
    return whileOpen("reading capabilities", () -> CAPABILITIES);
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
    return whileOpen("reading grants", grants::grants);
  }

  @Override
  public Map<GrantId, Activity> activity() {
    return whileOpen("reading activity", grants::activity);
  }

  @Override
  public Counters counters() {
    return whileOpen(
        "reading counters",
        () -> {
          var counts = new ArrayList<Count>();
          for (ProtectedInterface each : datapath.interfaces()) {
            counts.addAll(counters.read(each.pin().slot(), each.name()));
          }
          return new Counters(counts);
        });
  }

  @Override
  public Subscription events(DropListener listener) {
    return whileOpen(
        "reporting drops",
        () -> {
          throw new EnforcerException(
              Kind.UNSUPPORTED, "reporting drops: the XDP enforcer reports none; read counters()");
        });
  }

  @Override
  public Verdict explain(String interfaceName, byte[] frame) {
    return whileOpen(
        "explaining a frame",
        () -> {
          if (frame.length < LEAST_FRAME) {
            throw new IllegalArgumentException("a frame has 14 bytes or more, not " + frame.length);
          }
          return datapath.explain(interfaceName, frame);
        });
  }

  @Override
  public void lease(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a lease is not negative: " + duration);
    }
    whileOpen(
        "extending the lease",
        () -> {
          state.leaseUntil(clock.bootNanosAfter(duration));
          return duration;
        });
  }

  @Override
  public Health health() {
    return whileOpen("checking health", datapath::health);
  }

  @Override
  public void detach() {
    life.writeLock().lock();
    try {
      requireOpen();
      datapath.detach();
      isOpen = false;
      datapath.close();
    } finally {
      life.writeLock().unlock();
    }
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (isOpen) {
        isOpen = false;
        datapath.close();
      }
    } finally {
      life.writeLock().unlock();
    }
  }
}
