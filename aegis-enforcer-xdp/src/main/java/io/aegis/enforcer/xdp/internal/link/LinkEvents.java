package io.aegis.enforcer.xdp.internal.link;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;

/**
 * Hears whenever an interface of a network namespace appears, vanishes or changes, programs that
 * other people put on it included; through rtnetlink(7). What has happened is not told: messages
 * may be lost in a storm, so whoever hears one looks at everything. For one thread.
 */
public final class LinkEvents implements AutoCloseable {

  private static final int NETLINK_ROUTE = 0;
  private static final int RTMGRP_LINK = 1;

  private final OwnedFd socket;

  private LinkEvents(OwnedFd socket) {
    this.socket = socket;
  }

  /**
   * Begins to listen in the network namespace of the calling thread.
   *
   * @return the events; the caller closes it
   * @throws Errno if the kernel refuses
   */
  public static LinkEvents listen() throws Errno {
    OwnedFd socket = Kernel.netlinkSocket(NETLINK_ROUTE);
    try {
      Kernel.join(socket, RTMGRP_LINK);
      return new LinkEvents(socket);
    } catch (Errno e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Returns what to wait for.
   *
   * @return can be read when something has happened; stays owned by this
   */
  public OwnedFd fd() {
    return socket;
  }

  /**
   * Forgets what has happened until now.
   *
   * @return whether anything has
   * @throws Errno if the socket is broken
   */
  public boolean drain() throws Errno {
    return Kernel.discardAll(socket);
  }

  @Override
  public void close() {
    socket.close();
  }
}
