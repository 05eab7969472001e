package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks whether every program is where it should be. */
final class LinkHealth {

  private LinkHealth() {}

  static Health of(List<AttachedLink> links) {
    var problems = new ArrayList<String>();
    try {
      Map<String, NetInterface> devices = new HashMap<>();
      Interfaces.list().forEach(device -> devices.put(device.name(), device));
      for (AttachedLink link : links) {
        check(link, devices, problems);
      }
    } catch (Errno e) {
      problems.add("reading the interfaces: " + e.getMessage());
    }
    return new Health(problems);
  }

  private static void check(
      AttachedLink link, Map<String, NetInterface> devices, List<String> problems) {
    String name = link.interfaceName();
    NetInterface device = devices.get(name);
    if (device == null) {
      problems.add(name + ": the interface is gone; restart the agent when it is back");
    } else if (link.index() != 0 && device.index() != link.index()) {
      problems.add(name + ": the interface was made anew and is unprotected; restart the agent");
    } else if (device.xdpProgramId() != link.programId() || !holds(link)) {
      problems.add(name + ": our program is not attached any more; restart the agent");
    } else if (!Files.exists(link.pin().path())) {
      problems.add(name + ": its link is not pinned any more and ends with this process");
    }
  }

  private static boolean holds(AttachedLink link) {
    try {
      LinkInfo info = link.link().info();
      return info.programId() == link.programId() && info.interfaceIndex() == link.index();
    } catch (Errno e) {
      return false;
    }
  }
}
