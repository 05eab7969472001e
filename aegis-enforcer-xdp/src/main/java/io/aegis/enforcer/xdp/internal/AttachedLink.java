package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;

/**
 * A program on an interface, as it should be.
 *
 * @param pin name and number of the interface, and where the link is pinned
 * @param index of the interface
 * @param link to the program
 * @param programId of the program
 */
record AttachedLink(LinkPin pin, int index, XdpLink link, int programId) {

  String interfaceName() {
    return pin.interfaceName();
  }
}
