package io.aegis.enforcer.xdp.internal.link;

import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.LinkInfo;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Path;

/**
 * A program on an interface, for one direction. Closing gives up the handle: a pinned link stays in
 * force, one that is not pinned ends with its last handle. Thread-safe.
 */
public final class XdpLink implements AutoCloseable {

  private final OwnedFd fd;

  private XdpLink(OwnedFd fd) {
    this.fd = fd;
  }

  /**
   * Attaches a program; from its return on every frame goes through it.
   *
   * @param program the program
   * @param interfaceIndex where
   * @param mode how; no other is tried
   * @return the link; the caller closes it
   * @throws Errno EBUSY if another program is attached
   */
  public static XdpLink attach(OwnedFd program, int interfaceIndex, AttachMode mode) throws Errno {
    return new XdpLink(BpfProg.createLink(program, interfaceIndex, mode.flag()));
  }

  /**
   * Attaches a program to frames that leave; from its return on every one of them goes through it,
   * before any other program there.
   *
   * @param program the program
   * @param interfaceIndex where
   * @return the link; the caller closes it
   * @throws Errno if it cannot be attached
   */
  public static XdpLink attachEgress(OwnedFd program, int interfaceIndex) throws Errno {
    return new XdpLink(BpfProg.createEgressLink(program, interfaceIndex));
  }

  /**
   * Opens a pinned link.
   *
   * @param pin where
   * @return the link; the caller closes it
   * @throws Errno if it cannot be opened
   */
  public static XdpLink open(Path pin) throws Errno {
    return new XdpLink(Bpf.openPinned(pin));
  }

  /**
   * Puts another program in the place of the one attached, in one step: each frame meets the old
   * one or the new one.
   *
   * @param program the new one
   * @throws Errno if the old one stays; ENOLINK if the interface is gone
   */
  public void update(OwnedFd program) throws Errno {
    BpfProg.updateLink(fd, program);
  }

  /**
   * Makes the link independent of this process.
   *
   * @param pin where
   * @throws Errno if it cannot be pinned
   */
  public void pin(Path pin) throws Errno {
    Bpf.pin(fd, pin);
  }

  /**
   * Returns what the kernel says.
   *
   * @return program and interface
   * @throws Errno if it cannot be read
   */
  public LinkInfo info() throws Errno {
    return BpfProg.linkInfo(fd);
  }

  /**
   * Takes the program off the interface.
   *
   * @throws Errno if it stays
   */
  public void detach() throws Errno {
    BpfProg.detachLink(fd);
  }

  @Override
  public void close() {
    fd.close();
  }
}
