package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.ParsedFrame.IpPacket;
import io.aegis.enforcer.spi.ParsedFrame.Ports;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Hands reports of drops to listeners. Each listener has a queue and a thread of its own, so that a
 * slow one loses its own reports and holds up nobody. Reports are made by one thread at a time.
 */
final class DropReports {
  private static final System.Logger LOG = System.getLogger(DropReports.class.getName());
  private static final int QUEUE = 1_024;

  private final List<Listening> all = new CopyOnWriteArrayList<>();

  Subscription add(DropListener listener, String instance) {
    var listening = new Listening(listener);
    all.add(listening);
    listening.thread =
        Thread.ofVirtual().name("aegis-memory-drops-" + instance).start(listening::run);
    return listening;
  }

  void report(Instant at, String interfaceName, Reason reason, ParsedFrame frame) {
    if (!all.isEmpty()) {
      DropEvent event = event(at, interfaceName, reason, frame);
      all.forEach(each -> each.offer(event));
    }
  }

  void closeAll() {
    all.forEach(Listening::close);
  }

  private static DropEvent event(
      Instant at, String interfaceName, Reason reason, ParsedFrame frame) {
    if (!(frame instanceof IpPacket packet)) {
      return new DropEvent(at, interfaceName, reason, null, null, null, null, null, 0);
    }
    boolean readable = packet.addresses().matchable();
    @Nullable IpAddress source = readable ? packet.addresses().source() : null;
    @Nullable IpAddress destination = readable ? packet.addresses().destination() : null;
    @Nullable Ports ports = packet.transport() instanceof Ports found ? found : null;
    return new DropEvent(
        at,
        interfaceName,
        reason,
        source,
        destination,
        packet.protocol(),
        ports == null ? null : ports.source(),
        ports == null ? null : ports.destination(),
        0);
  }

  /** One listener. Offered to by one thread at a time, drained by its own. */
  private final class Listening implements Subscription {
    private final DropListener listener;
    private final BlockingQueue<DropEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Map<Reason, Long> unreported = new EnumMap<>(Reason.class);
    private volatile @Nullable Thread thread;
    private volatile boolean closed;
    private boolean hasFailed; // touched by its own thread alone

    Listening(DropListener listener) {
      this.listener = listener;
    }

    void offer(DropEvent event) {
      long missed = unreported.getOrDefault(event.reason(), 0L);
      if (queue.offer(missed == 0 ? event : withUnreported(event, missed))) {
        unreported.remove(event.reason());
      } else {
        unreported.put(event.reason(), missed + 1);
      }
    }

    void run() {
      try {
        while (!closed) {
          tell(queue.take());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // closed: the thread ends here
      }
    }

    private void tell(DropEvent event) {
      try {
        listener.dropped(event);
      } catch (RuntimeException e) {
        if (!hasFailed) { // once is enough: a listener that throws would fill the log
          hasFailed = true;
          LOG.log(Level.WARNING, "event=drop-listener-failed", e);
        }
      }
    }

    @Override
    public void close() {
      closed = true;
      all.remove(this);
      Thread running = thread;
      if (running != null) {
        running.interrupt();
      }
    }
  }

  private static DropEvent withUnreported(DropEvent event, long unreported) {
    return new DropEvent(
        event.at(),
        event.interfaceName(),
        event.reason(),
        event.source(),
        event.destination(),
        event.protocolNumber(),
        event.sourcePort(),
        event.destinationPort(),
        unreported);
  }
}
