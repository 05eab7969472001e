package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.DropListener;
import io.aegis.enforcer.spi.DropReports;
import io.aegis.enforcer.spi.Subscription;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.EventRecord;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.ring.RingReader;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.sys.Waiter;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings drops from the ring to whoever listens. A thread of its own empties the ring, whatever
 * listeners do; it begins with the first of them. While nobody listens, the datapath is told to be
 * silent. Thread-safe.
 */
final class DropEvents implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(DropEvents.class.getName());
  private static final long LOOK = TimeUnit.HOURS.toNanos(1); // the ring tells when there is more

  private final String instance;
  private final StateWord state;
  private final BootClock clock;
  private final OwnedFd ring;
  private final DropReports reports;
  private final Owned owned = new Owned();
  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable String[] names; // by slot

  private long listener; // guarded by lock; the number of the last one
  private int listening; // guarded by lock
  private @Nullable Thread thread; // guarded by lock
  private @Nullable Waiter waiter; // guarded by lock
  private BootClock.Calendar calendar = new BootClock.Calendar(0); // of the thread alone

  /**
   * Begins in silence, whatever a process that was killed has left; borrows everything.
   *
   * @param pins name the interfaces
   */
  DropEvents(String instance, StateWord state, BootClock clock, OwnedFd ring, List<LinkPin> pins) {
    this.instance = instance;
    this.state = state;
    this.clock = clock;
    this.ring = ring;
    this.reports = new DropReports("aegis-drops-" + instance);
    this.names = names(pins);
    state.listen(0);
  }

  /** Begins to report to a listener. */
  Subscription add(DropListener to) throws Errno {
    lock.lock();
    try {
      if (thread == null) {
        begin();
      }
      Subscription added = reports.add(to, this::ended);
      listening++;
      listener++;
      if (listening == 1) {
        state.listen(listener);
      }
      return added;
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable String[] names(List<LinkPin> pins) {
    int most = pins.stream().mapToInt(LinkPin::slot).max().orElse(0);
    @Nullable String[] names = new String[most + 1];
    pins.forEach(pin -> names[pin.slot()] = pin.interfaceName());
    return names;
  }

  private void begin() throws Errno {
    try {
      Waiter waits = owned.own(Waiter.create());
      RingReader reader = owned.own(RingReader.open(ring, BpfProg.mapInfo(ring).maxEntries()));
      waiter = waits;
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("aegis-events-" + instance)
              .start(() -> run(waits, reader));
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  private void ended() {
    lock.lock();
    try {
      listening--;
      if (listening == 0) {
        state.listen(0);
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(Waiter waits, RingReader reader) {
    RingReader.Records take = this::take;
    while (true) {
      try {
        if (!waits.await(ring, LOOK)) {
          return;
        }
        calendar = clock.calendar(); // once for many: an event makes nothing but itself
        reader.drain(take);
      } catch (Errno | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "event=reading-drops-failed instance=" + instance, e);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
    }
  }

  private void take(MemorySegment records, long at, int length) {
    int slot = EventRecord.slot(records, at);
    String name = slot >= 0 && slot < names.length ? names[slot] : null;
    if (length == EventRecord.BYTES && name != null && !reports.isEmpty()) {
      var time = calendar.toInstant(EventRecord.bootNanos(records, at));
      reports.report(EventRecord.read(records, at, time, name));
    }
  }

  /** Ends all reports, and the thread. */
  @Override
  public void close() {
    reports.closeAll();
    lock.lock();
    try {
      Thread running = thread;
      if (running == null || waiter == null) {
        return;
      }
      waiter.stop();
      if (!Threads.joined(running)) {
        // Not unmapped: the thread may be reading it.
        throw new IllegalStateException("the thread " + running.getName() + " does not end");
      }
      thread = null;
      owned.close();
    } finally {
      lock.unlock();
    }
  }
}
