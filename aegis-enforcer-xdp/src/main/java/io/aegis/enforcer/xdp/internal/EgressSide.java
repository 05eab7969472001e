package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What filters the frames that leave through one protected interface. Belongs to its {@link
 * Protection}, and is as little thread-safe.
 */
final class EgressSide implements AutoCloseable {

  private final LinkPin pin;
  private final OwnedFd program;
  private final int programId;

  private XdpLink link;
  private boolean isPinned;
  private String pinRefusal = ""; // why the link could not be pinned again

  /**
   * A program that is on its interface.
   *
   * @param program to attach again; its owner closes it after this
   * @param link closed with this
   */
  EgressSide(LinkPin pin, OwnedFd program, XdpLink link) throws Errno {
    this.pin = pin;
    this.program = program;
    this.link = link;
    this.programId = BpfProg.programInfo(program).id();
  }

  void notePinned() {
    isPinned = true;
  }

  void pinLink() throws Errno {
    Pins.remove(pin.egress());
    link.pin(pin.egress());
    isPinned = true;
  }

  void unpinLink() {
    Pins.remove(pin.egress());
    isPinned = false;
  }

  /** What is wrong on this interface; null if nothing is. */
  @Nullable String problem(NetInterface device) {
    if (!isOn(device)) {
      return "what leaves is not filtered: our program is not attached any more";
    }
    try {
      List<Integer> programs = BpfProg.egressPrograms(device.index());
      if (programs.isEmpty() || programs.getFirst() != programId) {
        return "somebody else's program sees frames that leave before ours, and may let them pass;"
            + " take it off, or attach it behind ours";
      }
    } catch (Errno e) {
      return "reading what filters frames that leave: " + e.getMessage();
    }
    return isPinned && !Files.exists(pin.egress())
        ? PinKeeping.unpinned("its link for what leaves", pinRefusal)
        : null;
  }

  boolean isOn(NetInterface device) {
    try {
      LinkInfo info = link.info();
      return info.programId() == programId && info.interfaceIndex() == device.index();
    } catch (Errno e) {
      return false;
    }
  }

  /** Puts the program back on an interface; true if it was missing there. */
  boolean mend(NetInterface device) throws Errno {
    if (isOn(device)) {
      keepPinned();
      return false;
    }
    if (link.info().interfaceIndex() != 0) {
      return false;
    }
    XdpLink before = link;
    link = XdpLink.attachEgress(program, device.index());
    before.close();
    if (isPinned) {
      pinLink();
    }
    return true;
  }

  void keepPinned() {
    if (isPinned) {
      pinRefusal = PinKeeping.keep(pin.interfaceName(), pin.egress(), this::pinLink);
    }
  }

  void detachUnpinned() throws Errno {
    if (!isPinned) {
      link.detach();
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
