package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Puts programs on interfaces, noting how to take that back. For one thread. */
final class Attachment {

  private final AttachMode mode;
  private final String doing;
  private final Rollback rollback;

  Attachment(AttachMode mode, String doing, Rollback rollback) {
    this.mode = mode;
    this.doing = doing;
    this.rollback = rollback;
  }

  /**
   * Puts programs on their interface: first the one for frames that leave, so that nothing arrives
   * by a grant whose answers pass unseen.
   *
   * @param programs stay open as long as the protection, which does not close them
   * @param isPinned whether the links are to outlive this process
   */
  Protection attach(InterfacePlan plan, InterfacePrograms programs, boolean isPinned) throws Errno {
    GateProgram leaving = programs.leaving();
    EgressSide egress =
        leaving == null
            ? null
            : new EgressAttachment(rollback).attach(plan, leaving.live(), isPinned);
    try {
      return attach(plan, programs.arriving().live(), egress, isPinned);
    } catch (Errno | RuntimeException e) {
      if (egress != null) {
        egress.close(); // one that is not pinned ends with this
      }
      throw e;
    }
  }

  private Protection attach(
      InterfacePlan plan, OwnedFd program, @Nullable EgressSide egress, boolean isPinned)
      throws Errno {
    XdpLink link = plan.isAdopted() ? update(plan, program) : attachAnew(plan, program, isPinned);
    try {
      var protection =
          new Protection(plan.pin(), mode, program, link, plan.device().index(), egress);
      if (isPinned) {
        protection.notePinned();
      }
      return protection;
    } catch (Errno e) {
      link.close();
      throw e;
    }
  }

  private XdpLink update(InterfacePlan plan, OwnedFd program) throws Errno {
    XdpLink link = XdpLink.open(plan.pin().path());
    try {
      rollback.replace(link, plan.pin().path(), program);
      return link;
    } catch (Errno e) {
      link.close();
      throw e;
    }
  }

  private XdpLink attachAnew(InterfacePlan plan, OwnedFd program, boolean isPinned) throws Errno {
    XdpLink link;
    try {
      link = XdpLink.attach(program, plan.device().index(), mode);
    } catch (Errno e) {
      throw refused(plan, e);
    }
    if (!isPinned) {
      return link; // whoever opens closes it if the rest fails, which ends it
    }
    try {
      Pins.remove(plan.pin().path()); // of a link whose interface is gone
      link.pin(plan.pin().path());
      rollback.add(() -> takeOff(plan));
      return link;
    } catch (Errno | RuntimeException e) {
      link.close(); // not pinned: this ends it
      throw e;
    }
  }

  private static void takeOff(InterfacePlan plan) throws Errno {
    try (XdpLink link = XdpLink.open(plan.pin().path())) {
      link.detach();
    }
    Pins.remove(plan.pin().path());
  }

  private EnforcerException refused(InterfacePlan plan, Errno e) {
    String what = doing + ": attaching to " + plan.device().name() + " in " + mode + " mode";
    return switch (e.number()) {
      case Errno.EOPNOTSUPP ->
          new EnforcerException(
              Kind.UNSUPPORTED,
              what
                  + ": its driver cannot; set the option attach=generic to accept the slower way, or"
                  + " protect the interface behind it",
              e);
      case Errno.ERANGE ->
          new EnforcerException(
              Kind.UNSUPPORTED,
              what
                  + ": its MTU of "
                  + plan.device().mtu()
                  + " is too large for this kernel's XDP; make it smaller",
              e);
      case Errno.EBUSY ->
          new EnforcerException(
              Kind.BUSY, what + ": another XDP program came first; take it off and try again", e);
      default -> Failures.of(what, e);
    };
  }

  /**
   * Pins what {@link PinnedTwin} answers by. Called when everything is attached: it would answer
   * for what is replaced.
   *
   * @param answering in the order in which it is pinned
   */
  void pinAnswering(SequencedMap<Path, OwnedFd> answering) throws Errno {
    for (Map.Entry<Path, OwnedFd> each : answering.entrySet()) {
      Pins.remove(each.getKey());
      rollback.add(() -> Pins.remove(each.getKey()));
      Bpf.pin(each.getValue(), each.getKey());
    }
  }
}
