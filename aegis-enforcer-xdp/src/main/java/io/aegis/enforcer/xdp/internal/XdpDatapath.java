package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Verdict;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.Map;

/**
 * The programs of an instance that only answer, and everything that stays open with it. Thread-safe
 * but for closing.
 */
final class XdpDatapath implements AutoCloseable {

  private final String instance;
  private final Confirmation confirmation;
  private final DropEvents events;
  private final Map<String, OwnedFd> twins;
  private final Owned owned;

  /**
   * Takes over what {@code owned} holds.
   *
   * @param twins by the name of the interface
   */
  XdpDatapath(
      String instance,
      Confirmation confirmation,
      DropEvents events,
      Map<String, OwnedFd> twins,
      Owned owned) {
    this.instance = instance;
    this.confirmation = confirmation;
    this.events = events;
    this.twins = Map.copyOf(twins);
    this.owned = owned;
  }

  String instance() {
    return instance;
  }

  Confirmation confirmation() {
    return confirmation;
  }

  DropEvents events() {
    return events;
  }

  /**
   * Asks the twin of the attached program.
   *
   * @throws IllegalArgumentException if the interface is not protected
   */
  Verdict explain(String interfaceName, byte[] frame) throws Errno {
    OwnedFd twin = twins.get(interfaceName);
    if (twin == null) {
      throw new IllegalArgumentException(
          "instance " + instance + " does not protect " + interfaceName);
    }
    return Twin.ask(twin, frame);
  }

  /** Takes everything away that the instance has in the kernel. */
  void detach() {
    try {
      var _ = confirmation.detach(instance);
    } catch (Errno e) {
      throw Failures.of("detaching instance " + instance, e);
    }
  }

  /** Gives up the handles; what is pinned enforces on. */
  @Override
  public void close() {
    owned.close();
  }
}
