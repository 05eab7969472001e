package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Whether what is enforced outlives this process, and how it comes to that. Until it is confirmed
 * nothing of the instance is pinned, so that the kernel takes all of it away with the process.
 * Thread-safe.
 */
final class Confirmation {

  private final Pins pins;
  private final SharedMaps maps;
  private final Protections protections;
  private final Map<Path, OwnedFd> twins;
  private boolean isConfirmed; // guarded by this

  /** Begins as {@code isConfirmed} says; {@code twins} by the place where they are pinned. */
  Confirmation(
      Pins pins,
      SharedMaps maps,
      Protections protections,
      Map<Path, OwnedFd> twins,
      boolean isConfirmed) {
    this.pins = pins;
    this.maps = maps;
    this.protections = protections;
    this.twins = Map.copyOf(twins);
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
      for (Map.Entry<Path, OwnedFd> twin : twins.entrySet()) {
        Bpf.pin(twin.getValue(), twin.getKey());
      }
      protections.pinLinks();
      isConfirmed = true;
    } catch (Errno | RuntimeException e) {
      twins.keySet().forEach(Pins::remove);
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
}
