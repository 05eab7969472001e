package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.LinkEvents;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.Waiter;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees to it that programs are put back when interfaces return. A thread of its own hears of every
 * change of an interface at once. The kernel is silent about one thing, that a link was detached
 * (bpf(2), BPF_LINK_DETACH), so it also looks once a second.
 */
final class LinkWatch implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(LinkWatch.class.getName());

  static final Duration LOOK = Duration.ofSeconds(1);

  private final Protections protections;
  private final LinkEvents events;
  private final Waiter waiter;
  private final Owned owned;
  private final Thread thread;
  private boolean isClosed; // by its owner alone

  private LinkWatch(Protections protections, String instance, Owned owned) throws Errno {
    this.protections = protections;
    this.owned = owned;
    this.events = owned.own(LinkEvents.listen());
    this.waiter = owned.own(Waiter.create());
    this.thread = Thread.ofPlatform().daemon().name("aegis-links-" + instance).unstarted(this::run);
  }

  /** Begins to watch in the network namespace of the calling thread. */
  static LinkWatch start(Protections protections, String instance) throws Errno {
    var owned = new Owned();
    try {
      var watch = new LinkWatch(protections, instance, owned);
      watch.thread.start(); // a thread begins in the network namespace of the one that starts it
      return watch;
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  private void run() {
    String failing = "";
    while (true) {
      try {
        if (!waiter.await(events.fd(), LOOK.toNanos())) {
          return;
        }
        events.drain();
        protections.mend();
        failing = "";
      } catch (Errno | RuntimeException e) {
        String failure = e.toString();
        if (!failure.equals(failing)) {
          LOG.log(System.Logger.Level.ERROR, "ALARM event=watching-links-failed", e);
        }
        failing = failure;
        LockSupport.parkNanos(LOOK.toNanos());
      }
    }
  }

  /** Ends the watch; returns when nothing is put back any more. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    waiter.stop();
    if (!Threads.joined(thread)) {
      // Not closed: the thread may still use them, and their numbers would be another's.
      throw new IllegalStateException("the thread " + thread.getName() + " does not end");
    }
    owned.close();
  }
}
