package io.aegis.enforcer.xdp.internal.sys;

import java.util.Locale;

/**
 * Numbers of system calls, which differ between architectures ({@code asm/unistd.h}).
 *
 * <p>Everything else that this module exchanges with the kernel is the same on both.
 */
record Abi(
    int bpf,
    int close,
    int mmap,
    int munmap,
    int membarrier,
    int socket,
    int sendto,
    int recvfrom,
    int statfs,
    int clockGettime,
    int bind,
    int ppoll,
    int eventfd2,
    int write,
    int unshare) {

  private static final Abi X86_64 =
      new Abi(321, 3, 9, 11, 324, 41, 44, 45, 137, 228, 49, 271, 290, 1, 272);
  private static final Abi AARCH64 =
      new Abi(280, 57, 222, 215, 283, 198, 206, 207, 43, 113, 200, 73, 19, 64, 97);

  /** Of the machine this runs on. */
  static final Abi HERE = of(System.getProperty("os.name"), System.getProperty("os.arch"));

  /**
   * Returns the numbers of an architecture.
   *
   * @throws UnsupportedOperationException if it is not one of the two known
   */
  static Abi of(String system, String architecture) {
    String name = architecture.toLowerCase(Locale.ROOT);
    if (system.equals("Linux") && (name.equals("amd64") || name.equals("x86_64"))) {
      return X86_64;
    }
    if (system.equals("Linux") && name.equals("aarch64")) {
      return AARCH64;
    }
    throw new UnsupportedOperationException(
        "the XDP enforcer runs on Linux, x86-64 or aarch64, not on " + system + " " + architecture);
  }
}
