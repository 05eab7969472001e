package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Puts programs where frames leave, noting how to take that back. For one thread. */
final class EgressAttachment {

  private final Rollback rollback;

  EgressAttachment(Rollback rollback) {
    this.rollback = rollback;
  }

  EgressSide attach(InterfacePlan plan, OwnedFd program, boolean isPinned) throws Errno {
    XdpLink link = adopted(plan, program);
    try {
      if (link == null) {
        link = XdpLink.attachEgress(program, plan.device().index());
        if (isPinned) {
          pin(link, plan.pin().egress());
        }
      }
      var side = new EgressSide(plan.pin(), program, link);
      if (isPinned) {
        side.notePinned();
      }
      return side;
    } catch (Errno | RuntimeException e) {
      if (link != null) {
        link.close();
      }
      throw e;
    }
  }

  private void pin(XdpLink link, Path pin) throws Errno {
    Pins.remove(pin); // of a link whose interface is gone
    link.pin(pin);
    rollback.add(() -> takeOff(pin));
  }

  private static void takeOff(Path pin) throws Errno {
    try (XdpLink link = XdpLink.open(pin)) {
      link.detach();
    }
    Pins.remove(pin);
  }

  /** The pinned link, with the new program, if it is on this interface; null if there is none. */
  private @Nullable XdpLink adopted(InterfacePlan plan, OwnedFd program) throws Errno {
    Path pin = plan.pin().egress();
    if (!Files.exists(pin)) {
      return null;
    }
    XdpLink link = XdpLink.open(pin);
    try {
      LinkInfo before = link.info();
      if (before.interfaceIndex() == plan.device().index()) {
        rollback.replace(link, pin, program);
        return link;
      }
    } catch (Errno e) {
      link.close();
      throw e;
    }
    link.close();
    return null;
  }
}
