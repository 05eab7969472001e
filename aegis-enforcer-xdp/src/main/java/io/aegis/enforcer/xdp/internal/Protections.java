package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The protected interfaces of an instance. Thread-safe; owns none of them. */
final class Protections {

  private final List<Protection> all;
  private final List<LinkPin> pins;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean isEnding; // guarded by lock

  /** Takes what is in place, in the order of their numbers. */
  Protections(List<Protection> all) {
    this.all = List.copyOf(all);
    this.pins = all.stream().map(Protection::pin).toList();
  }

  /** Names and numbers of the interfaces; they never change. */
  List<LinkPin> pins() {
    return pins;
  }

  /** Looks whether every program is where it should be. */
  Health health() {
    lock.lock();
    try {
      Map<String, NetInterface> devices = devices();
      var problems = new ArrayList<String>();
      for (Protection each : all) {
        @Nullable String problem = each.problem(devices);
        if (problem != null) {
          problems.add(problem);
        }
      }
      return new Health(problems);
    } catch (Errno e) {
      return new Health(List.of("reading the interfaces: " + e.getMessage()));
    } finally {
      lock.unlock();
    }
  }

  /** Puts programs back where they are missing and nobody else's is. */
  void mend() throws Errno {
    lock.lock();
    try {
      if (isEnding) {
        return;
      }
      Map<String, NetInterface> devices = devices();
      all.forEach(each -> each.mend(devices));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Pins every link, so that it no longer ends with this process.
   *
   * @throws Errno if one cannot be pinned; none is then
   */
  void pinLinks() throws Errno {
    lock.lock();
    try {
      for (Protection each : all) {
        each.pinLink();
      }
    } catch (Errno | RuntimeException e) {
      all.forEach(Protection::unpinLink);
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back {@link #pinLinks}. */
  void unpinLinks() {
    lock.lock();
    try {
      all.forEach(Protection::unpinLink);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes off what is not pinned; from now on nothing is put back.
   *
   * @throws Errno if something is left
   */
  void end() throws Errno {
    lock.lock();
    try {
      isEnding = true;
      for (Protection each : all) {
        each.detachUnpinned();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Looks a last time that what is to outlive this process is pinned. */
  void keepPinned() {
    lock.lock();
    try {
      if (!isEnding) {
        all.forEach(Protection::keepPinned);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Goes on after an end that failed. */
  void goOn() {
    lock.lock();
    try {
      isEnding = false;
    } finally {
      lock.unlock();
    }
  }

  private static Map<String, NetInterface> devices() throws Errno {
    var devices = new HashMap<String, NetInterface>();
    Interfaces.list().forEach(device -> devices.put(device.name(), device));
    return devices;
  }
}
