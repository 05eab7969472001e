package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Whether what is enforced outlives this process, and how it comes to that. Until it is confirmed
 * nothing of the instance is pinned, so that the kernel takes all of it away with the process.
 * Thread-safe.
 */
final class Confirmation {

  private final Pins pins;
  private final SharedMaps maps;
  private final Protections protections;
  private final SequencedMap<Path, OwnedFd> answering;
  private boolean isConfirmed; // guarded by this

  /**
   * Begins as {@code isConfirmed} says; {@code answering} in the order in which it is pinned, see
   * {@link PinnedTwin}.
   */
  Confirmation(
      Pins pins,
      SharedMaps maps,
      Protections protections,
      SequencedMap<Path, OwnedFd> answering,
      boolean isConfirmed) {
    this.pins = pins;
    this.maps = maps;
    this.protections = protections;
    this.answering = answering;
    this.isConfirmed = isConfirmed;
  }

  synchronized boolean isConfirmed() {
    return isConfirmed;
  }

  /**
   * Pins everything; links last, since it is them that make an instance one that was confirmed.
   *
   * @throws Errno if something cannot be pinned; nothing is then
   */
  synchronized void confirm() throws Errno {
    if (isConfirmed) {
      return;
    }
    try {
      maps.pin(pins);
      for (Map.Entry<Path, OwnedFd> each : answering.entrySet()) {
        Bpf.pin(each.getValue(), each.getKey());
      }
      protections.pinLinks();
      isConfirmed = true;
    } catch (Errno | RuntimeException e) {
      answering.keySet().forEach(Pins::remove);
      maps.unpin(pins);
      throw e;
    }
  }

  /** Takes everything away that the instance has in the kernel. */
  synchronized List<String> detach(String instance) throws Errno {
    try {
      protections.end();
      return Detaching.detach(instance, pins);
    } catch (Errno | RuntimeException e) {
      protections.goOn();
      throw e;
    }
  }

  /** Looks a last time, before the handles are given up, that what is confirmed is pinned. */
  void keepPinned() {
    protections.keepPinned();
  }
}
