package io.aegis.server.agent;

import java.io.IOException;

/** The kernel refused a request about interfaces or routes. */
final class NetlinkException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int number;

  /**
   * Makes an exception.
   *
   * @param doing what was asked
   * @param number the kernel's error number, errno(3)
   */
  NetlinkException(String doing, int number) {
    super(doing + " failed with errno " + number);
    this.number = number;
  }

  int number() {
    return number;
  }
}
