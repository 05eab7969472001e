package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;

/**
 * One interface with its program attached.
 *
 * @param pin name, number and where the link is pinned
 * @param index of the interface
 * @param link to the program that is attached
 * @param programId of that program
 * @param twin the same program, which only answers
 */
record ProtectedInterface(LinkPin pin, int index, XdpLink link, int programId, OwnedFd twin)
    implements AutoCloseable {

  String name() {
    return pin.interfaceName();
  }

  @Override
  public void close() {
    try (twin) {
      link.close();
    }
  }
}
