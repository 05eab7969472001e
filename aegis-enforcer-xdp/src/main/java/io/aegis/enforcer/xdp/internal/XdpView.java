package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.CounterTable;
import io.aegis.enforcer.xdp.internal.map.GrantReader;
import io.aegis.enforcer.xdp.internal.probe.Cpus;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Looks at what an instance has pinned, beside the process that has it open or after its death.
 * Takes no lock and writes nothing. Thread-safe.
 */
final class XdpView implements EnforcerView {

  private final String instance;
  private final Pins pins;
  private final GrantReader grants;
  private final CounterTable counters;
  private final Owned owned;

  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private boolean isOpen = true; // guarded by life

  private XdpView(
      String instance, Pins pins, GrantReader grants, CounterTable counters, Owned owned) {
    this.instance = instance;
    this.pins = pins;
    this.grants = grants;
    this.counters = counters;
    this.owned = owned;
  }

  /** Opens what is pinned; the preconditions hold. */
  static XdpView open(String instance, InstantSource wall, String doing) {
    var pins = new Pins(instance);
    if (pins.links().isEmpty()) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": there is no such instance: nothing is pinned in "
              + pins.directory()
              + " (an agent names its instance by agent.instance)");
    }
    var owned = new Owned();
    try {
      SharedMaps maps = owned.own(SharedMaps.openPinned(pins, doing));
      var reader =
          new GrantReader(
              maps.get(SharedMaps.GRANTS),
              maps.get(SharedMaps.ACTIVITY),
              new BootClock(wall, Kernel::bootNanos));
      var counters = new CounterTable(maps.get(SharedMaps.COUNTERS), Cpus.possible());
      return new XdpView(instance, pins, reader, counters, owned);
    } catch (Errno e) {
      EnforcerException failure = Failures.of(doing, e);
      owned.closeInto(failure);
      throw failure;
    } catch (RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  private interface Reading<T> {
    T read() throws Errno;
  }

  private <T> T whileOpen(String doing, Reading<T> reading) {
    life.readLock().lock();
    try {
      if (!isOpen) {
        throw new EnforcerException(Kind.CLOSED, "the view of instance " + instance + " is closed");
      }
      return reading.read();
    } catch (Errno e) {
      throw Failures.of(doing + ", instance " + instance, e);
    } finally {
      life.readLock().unlock();
    }
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
          for (LinkPin pin : pins.links()) {
            counts.addAll(counters.read(pin.slot(), pin.interfaceName()));
          }
          return new Counters(counts);
        });
  }

  /**
   * Judges by the links alone: the interfaces may be in another network namespace, where this
   * process cannot see them.
   */
  @Override
  public Health health() {
    return whileOpen(
        "checking health",
        () -> {
          var problems = new ArrayList<String>();
          if (pins.links().isEmpty()) {
            problems.add("instance " + instance + " is detached");
          }
          pins.links().forEach(pin -> problem(pin, problems));
          return new Health(problems);
        });
  }

  private static void problem(LinkPin pin, List<String> problems) {
    try (XdpLink link = XdpLink.open(pin.path())) {
      if (link.info().interfaceIndex() == 0) {
        problems.add(pin.interfaceName() + ": the program is off, or the interface is gone");
      }
    } catch (Errno e) {
      problems.add(pin.interfaceName() + ": its link cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (isOpen) {
        isOpen = false;
        owned.close();
      }
    } finally {
      life.writeLock().unlock();
    }
  }
}
