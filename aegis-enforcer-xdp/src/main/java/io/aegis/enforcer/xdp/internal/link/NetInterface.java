package io.aegis.enforcer.xdp.internal.link;

/**
 * A network interface as the kernel describes it.
 *
 * @param index its number, unique in its network namespace while it exists
 * @param name its name
 * @param hardwareType ARPHRD_* of {@code linux/if_arp.h}
 * @param mtu in bytes
 * @param xdpProgramId id of the XDP program on it, 0 for none
 */
public record NetInterface(int index, String name, int hardwareType, int mtu, int xdpProgramId) {

  private static final int ARPHRD_ETHER = 1;

  /**
   * Returns whether its frames begin with an Ethernet header.
   *
   * @return true for Ethernet; false for tun, wg, ppp and the loopback interface
   */
  public boolean isEthernet() {
    return hardwareType == ARPHRD_ETHER;
  }
}
