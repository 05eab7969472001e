package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;

/** Puts programs where frames leave, noting how to take that back. For one thread. */
final class EgressAttachment {

  private final Deque<Attachment.Undo> undo;

  EgressAttachment(Deque<Attachment.Undo> undo) {
    this.undo = undo;
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
    undo.push(() -> takeOff(pin));
  }

  private static void takeOff(Path pin) throws Errno {
    try (XdpLink link = XdpLink.open(pin)) {
      link.detach();
    }
    Pins.remove(pin);
  }

  /** The pinned link, with the new program, if it is on this interface; null if there is none. */
  private @org.jspecify.annotations.Nullable XdpLink adopted(InterfacePlan plan, OwnedFd program)
      throws Errno {
    Path pin = plan.pin().egress();
    if (!Files.exists(pin)) {
      return null;
    }
    XdpLink link = XdpLink.open(pin);
    try {
      LinkInfo before = link.info();
      if (before.interfaceIndex() == plan.device().index()) {
        link.update(program);
        undo.push(() -> putBack(pin, before.programId()));
        return link;
      }
    } catch (Errno e) {
      link.close();
      throw e;
    }
    link.close();
    return null;
  }

  private static void putBack(Path pin, int programId) throws Errno {
    try (XdpLink link = XdpLink.open(pin);
        OwnedFd before = Bpf.openProgram(programId)) {
      link.update(before);
    }
  }
}
