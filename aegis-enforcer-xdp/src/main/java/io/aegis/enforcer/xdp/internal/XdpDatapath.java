package io.aegis.enforcer.xdp.internal;

import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Run;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs of an instance on their interfaces, and everything they need to stay open.
 * Thread-safe but for closing.
 */
final class XdpDatapath implements AutoCloseable {

  private static final int XDP_PASS = 2;
  private static final int ACTION_MASK = 0xff;
  private static final int REASON_SHIFT = 8;
  private static final int REASON_MASK = 0xff;

  private final String instance;
  private final Pins pins;
  private final List<ProtectedInterface> interfaces;
  private final Owned owned;

  /** Takes over what {@code owned} holds. */
  XdpDatapath(String instance, Pins pins, List<ProtectedInterface> interfaces, Owned owned) {
    this.instance = instance;
    this.pins = pins;
    this.interfaces = List.copyOf(interfaces);
    this.owned = owned;
  }

  String instance() {
    return instance;
  }

  List<ProtectedInterface> interfaces() {
    return interfaces;
  }

  /**
   * Asks the twin of the attached program.
   *
   * @throws IllegalArgumentException if the interface is not protected
   */
  Verdict explain(String interfaceName, byte[] frame) throws Errno {
    ProtectedInterface device =
        interfaces.stream()
            .filter(each -> each.name().equals(interfaceName))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "instance " + instance + " does not protect " + interfaceName));
    Run run = BpfProg.testRun(device.twin(), frame, 1);
    boolean admitted = (run.returned() & ACTION_MASK) == XDP_PASS;
    Reason reason = Reason.ofCode((run.returned() >>> REASON_SHIFT) & REASON_MASK);
    long grant = run.frame().buffer().getLong();
    return new Verdict(admitted, reason, grant == 0 ? null : new GrantId(grant));
  }

  /** Looks whether every program is where it belongs. */
  Health health() {
    var problems = new ArrayList<String>();
    try {
      Map<String, NetInterface> devices = new HashMap<>();
      Interfaces.list().forEach(device -> devices.put(device.name(), device));
      for (ProtectedInterface each : interfaces) {
        problem(each, devices, problems);
      }
    } catch (Errno e) {
      problems.add("reading the interfaces: " + e.getMessage());
    }
    return new Health(problems);
  }

  private static void problem(
      ProtectedInterface each, Map<String, NetInterface> devices, List<String> problems) {
    NetInterface device = devices.get(each.name());
    if (device == null) {
      problems.add(each.name() + ": the interface is gone; restart the agent when it is back");
    } else if (device.index() != each.index()) {
      problems.add(each.name() + ": the interface was made anew and is unprotected; restart");
    } else if (device.xdpProgramId() != each.programId() || !holds(each)) {
      problems.add(each.name() + ": our program is not attached any more; restart the agent");
    } else if (!Files.exists(each.pin().path())) {
      problems.add(each.name() + ": its link is not pinned any more and ends with this process");
    }
  }

  private static boolean holds(ProtectedInterface each) {
    try {
      LinkInfo info = each.link().info();
      return info.programId() == each.programId() && info.interfaceIndex() == each.index();
    } catch (Errno e) {
      return false;
    }
  }

  /** Takes everything away that the instance has in the kernel. */
  List<String> detach() {
    return Detaching.detach(instance, pins);
  }

  /** Gives up the handles; what is pinned enforces on. */
  @Override
  public void close() {
    owned.close();
  }
}
