package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import java.util.Map;

/**
 * The programs of an instance, and everything that stays open with it. Thread-safe but for closing.
 */
final class XdpDatapath implements AutoCloseable {

  private final String instance;
  private final Confirmation confirmation;
  private final DropEvents events;
  private final Map<String, InterfacePrograms> programs;
  private final Owned owned;

  /**
   * Takes over what {@code owned} holds.
   *
   * @param programs by the name of the interface
   */
  XdpDatapath(
      String instance,
      Confirmation confirmation,
      DropEvents events,
      Map<String, InterfacePrograms> programs,
      Owned owned) {
    this.instance = instance;
    this.confirmation = confirmation;
    this.events = events;
    this.programs = Map.copyOf(programs);
    this.owned = owned;
  }

  String instance() {
    return instance;
  }

  /** Whether what leaves is filtered on every interface. */
  boolean hasEgress() {
    return programs.values().stream().allMatch(each -> each.leaving() != null);
  }

  Confirmation confirmation() {
    return confirmation;
  }

  DropEvents events() {
    return events;
  }

  /**
   * Says what the attached program would do.
   *
   * @throws IllegalArgumentException if the interface is not protected
   */
  Verdict explain(Direction way, String interfaceName, byte[] frame) throws Errno {
    InterfacePrograms found = programs.get(interfaceName);
    if (found == null) {
      throw new IllegalArgumentException(
          "instance " + instance + " does not protect " + interfaceName);
    }
    if (way == Direction.INGRESS) {
      return found.arriving().explain(frame);
    }
    GateProgram leaving = found.leaving();
    if (leaving == null) {
      throw new EnforcerException(
          Kind.UNSUPPORTED,
          "explaining a frame that leaves through "
              + interfaceName
              + ": this kernel has no programs for that (Linux 6.6 has); whatever leaves passes");
    }
    return leaving.explain(frame);
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
    confirmation.keepPinned();
    owned.close();
  }
}
