package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One protected interface: the program that belongs there and the link that holds it there. Not
 * thread-safe: {@link Protections} lets in one thread at a time.
 */
final class Protection implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Protection.class.getName());

  private final LinkPin pin;
  private final AttachMode mode;
  private final OwnedFd program;
  private final int programId;
  private final @Nullable EgressSide egress;

  private XdpLink link;
  private int index;
  private boolean isPinned;
  private String refusal = ""; // why the program could not be put back
  private String pinRefusal = ""; // why the link could not be pinned again

  /**
   * A program that is on its interface.
   *
   * @param pin name and number of the interface, and where the link is pinned
   * @param mode how to attach it again
   * @param program for that; its owner closes it after this
   * @param link closed with this
   * @param index of the interface
   * @param egress what filters frames that leave, closed with this; null for nothing
   */
  Protection(
      LinkPin pin,
      AttachMode mode,
      OwnedFd program,
      XdpLink link,
      int index,
      @Nullable EgressSide egress)
      throws Errno {
    this.pin = pin;
    this.mode = mode;
    this.program = program;
    this.link = link;
    this.index = index;
    this.egress = egress;
    this.programId = BpfProg.programInfo(program).id();
  }

  LinkPin pin() {
    return pin;
  }

  String interfaceName() {
    return pin.interfaceName();
  }

  /** Says that the link is pinned, so that one that replaces it is pinned too. */
  void notePinned() {
    isPinned = true;
    if (egress != null) {
      egress.notePinned();
    }
  }

  /** Makes the link independent of this process. */
  void pinLink() throws Errno {
    if (egress != null) {
      egress.pinLink();
    }
    pinArriving(); // last: it makes an instance one that was confirmed
  }

  private void pinArriving() throws Errno {
    Pins.remove(pin.path()); // of a link whose interface is gone
    link.pin(pin.path());
    isPinned = true;
  }

  /** Takes back {@link #pinLink}. */
  void unpinLink() {
    isPinned = false;
    if (egress != null) {
      egress.unpinLink();
    }
    Pins.remove(pin.path());
  }

  /**
   * Looks whether the program is where it should be.
   *
   * @param devices the interfaces of this network namespace, by name
   * @return what is wrong; null if nothing is
   */
  @Nullable String problem(Map<String, NetInterface> devices) {
    NetInterface device = devices.get(interfaceName());
    if (device == null) {
      return interfaceName() + ": the interface " + whereabouts(devices);
    }
    if (!isOn(device)) {
      return interfaceName() + ": " + unprotected(device);
    }
    if (isPinned && !Files.exists(pin.path())) {
      return interfaceName() + ": " + PinKeeping.unpinned("its link", pinRefusal);
    }
    @Nullable String leaving = egress == null ? null : egress.problem(device);
    return leaving == null ? null : interfaceName() + ": " + leaving;
  }

  private boolean isOn(NetInterface device) {
    return device.index() == index
        && device.xdpProgramId() == programId
        && attachedIndex() == index;
  }

  /** Where the kernel says that the link is; 0 for nowhere. */
  private int attachedIndex() {
    try {
      LinkInfo info = link.info();
      return info.programId() == programId ? info.interfaceIndex() : 0;
    } catch (Errno e) {
      return 0;
    }
  }

  private String whereabouts(Map<String, NetInterface> devices) {
    return devices.values().stream()
        .filter(this::isOn)
        .findFirst()
        .map(other ->
            "was renamed to "
                + other.name()
                + ", where our program goes on until the agent restarts; name it back, or change"
                + " the configuration")
        .orElse("is gone; our program is put on it again when it is back");
  }

  private String unprotected(NetInterface device) {
    if (attachedIndex() != 0) {
      return "another interface has this name now and is unprotected; ours has index "
          + index
          + "; name them back";
    }
    if (device.xdpProgramId() != 0) {
      return "somebody else's XDP program is on it in place of ours: "
          + InterfacePlan.describe(device.xdpProgramId())
          + "; take it off, ours is put back at once then";
    }
    String what =
        device.index() == index
            ? "our program is not attached any more"
            : "the interface was made anew and is unprotected";
    return refusal.isEmpty() ? what : what + ", and cannot be put back: " + refusal;
  }

  /**
   * Puts the program back on an interface that has none.
   *
   * @param devices the interfaces of this network namespace, by name
   */
  void mend(Map<String, NetInterface> devices) {
    NetInterface device = devices.get(interfaceName());
    if (device != null && device.isEthernet()) {
      mendEgress(device);
    }
    if (device != null && isOn(device)) {
      keepPinned();
    }
    if (device == null || isOn(device) || attachedIndex() != 0 || device.xdpProgramId() != 0) {
      return; // in place; or nothing that we could do, and health says so
    }
    if (!device.isEthernet()) {
      refusal = "it is not Ethernet any more (hardware type " + device.hardwareType() + ")";
      return;
    }
    try {
      attach(device);
    } catch (Errno | UncheckedIOException e) {
      refusal = String.valueOf(e.getMessage());
    }
  }

  private void mendEgress(NetInterface device) {
    try {
      if (egress != null && egress.mend(device)) {
        alarm("our program for what leaves had been taken off, or the interface was made anew");
      }
    } catch (Errno | UncheckedIOException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "event=egress-not-attached interface=" + interfaceName() + " why=" + e.getMessage());
    }
  }

  private void alarm(String because) {
    LOG.log(
        System.Logger.Level.ERROR,
        "ALARM event=attached-again interface={0} because=\"{1}\" action=\"it was unprotected for a"
            + " moment: find out who did it\"",
        interfaceName(),
        because);
  }

  private void attach(NetInterface device) throws Errno {
    XdpLink fresh = XdpLink.attach(program, device.index(), mode);
    boolean wasAnew = device.index() != index;
    XdpLink before = link;
    link = fresh; // first of all: the interface is protected from here on
    index = device.index();
    refusal = "";
    before.close();
    alarm(wasAnew ? "the interface was made anew" : "our program had been taken off");
    if (isPinned) {
      pinArriving();
    }
  }

  /** Pins again whatever is to outlive this process and has lost its pin, as far as that goes. */
  void keepPinned() {
    if (isPinned) {
      pinRefusal = PinKeeping.keep(interfaceName(), pin.path(), this::pinArriving);
    }
    if (egress != null) {
      egress.keepPinned();
    }
  }

  /** Takes the program off where no pin would hold it there. */
  void detachUnpinned() throws Errno {
    if (!isPinned) {
      link.detach();
    }
    if (egress != null) {
      egress.detachUnpinned();
    }
  }

  /** Gives up the handle: a pinned link stays in force, another one ends. */
  @Override
  public void close() {
    try (egress) {
      link.close();
    }
  }
}
