package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.ProgramInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be done with one interface. Making plans changes nothing but that pins of links whose
 * interface is gone are forgotten when they are carried out.
 *
 * @param settings as asked for
 * @param device as it is
 * @param pin where its link is or will be
 * @param isAdopted whether a link of ours is on it already
 */
record InterfacePlan(
    InterfaceSettings settings, NetInterface device, LinkPin pin, boolean isAdopted) {

  /**
   * Plans for all interfaces.
   *
   * @throws EnforcerException if one is absent, is not Ethernet or has somebody else's program
   */
  static List<InterfacePlan> of(List<InterfaceSettings> settings, Pins pins, String doing)
      throws Errno {
    Map<String, NetInterface> devices = new HashMap<>();
    Interfaces.list().forEach(device -> devices.put(device.name(), device));
    Map<String, LinkPin> pinned = new HashMap<>();
    Set<Integer> slots = new HashSet<>();
    for (LinkPin pin : pins.links()) {
      pinned.put(pin.interfaceName(), pin);
      slots.add(pin.slot());
    }
    var plans = new ArrayList<InterfacePlan>();
    for (InterfaceSettings each : settings) {
      NetInterface device = requireEthernet(each.name(), devices, doing);
      LinkPin pin = pinned.get(each.name());
      boolean isAdopted = pin != null && isOn(pin, device, doing);
      if (!isAdopted) {
        requireFree(device, doing);
      }
      plans.add(
          new InterfacePlan(
              each, device, pin != null ? pin : newPin(pins, each.name(), slots), isAdopted));
    }
    return plans;
  }

  private static NetInterface requireEthernet(
      String name, Map<String, NetInterface> all, String doing) {
    NetInterface device = all.get(name);
    if (device == null) {
      String known =
          all.values().stream()
              .filter(NetInterface::isEthernet)
              .map(NetInterface::name)
              .sorted()
              .collect(Collectors.joining(", "));
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": there is no interface "
              + name
              + " in this network namespace; Ethernet interfaces here: "
              + (known.isEmpty() ? "none" : known));
    }
    if (!device.isEthernet()) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": the interface "
              + name
              + " is not Ethernet (hardware type "
              + device.hardwareType()
              + "), its frames would be misread; protect the Ethernet interface in front of it");
    }
    return device;
  }

  /** Whether the pinned link is on this very interface; false if it is on none any more. */
  private static boolean isOn(LinkPin pin, NetInterface device, String doing) throws Errno {
    try (XdpLink link = XdpLink.open(pin.path())) {
      LinkInfo info = link.info();
      // The program is compared too: an interface of another namespace may have the same index.
      if (info.interfaceIndex() == device.index() && info.programId() == device.xdpProgramId()) {
        return true;
      }
      if (info.interfaceIndex() == 0) {
        return false;
      }
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": the link pinned for "
              + device.name()
              + " is on another interface (index "
              + info.interfaceIndex()
              + ", renamed or in another network namespace); detach the instance first");
    }
  }

  private static void requireFree(NetInterface device, String doing) {
    if (device.xdpProgramId() != 0) {
      throw new EnforcerException(
          Kind.BUSY,
          doing
              + ": the interface "
              + device.name()
              + " has an XDP program that is not ours: "
              + describe(device.xdpProgramId())
              + "; take it off first (ip link set dev "
              + device.name()
              + " xdp off, or its owner's command)");
    }
  }

  /** Names somebody else's program, as far as this process may know. */
  static String describe(int programId) {
    try (OwnedFd program = Bpf.openProgram(programId)) {
      ProgramInfo info = BpfProg.programInfo(program);
      return "id " + info.id() + ", name " + info.name() + ", tag " + info.tag();
    } catch (Errno e) {
      return "id " + programId; // its name is for CAP_SYS_ADMIN only
    }
  }

  private static LinkPin newPin(Pins pins, String name, Set<Integer> slots) {
    for (int slot = 0; slot < Layouts.INTERFACES; slot++) {
      if (slots.add(slot)) {
        return pins.link(slot, name);
      }
    }
    throw new EnforcerException(
        Kind.EXHAUSTED,
        "protecting " + name + ": one instance protects at most " + Layouts.INTERFACES);
  }
}
