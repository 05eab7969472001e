package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.EnforcementMode;
import java.util.Set;

/**
 * How one interface is protected.
 *
 * @param name its name in the kernel, 1 to 15 characters
 * @param mode whether unmatched traffic is dropped, or only counted as <em>would drop</em>
 * @param acceptRouters whether IPv6 router advertisements are admitted (ICMPv6 type 134)
 * @param linkControl which link control protocols are admitted
 */
public record InterfaceSettings(
    String name, EnforcementMode mode, boolean acceptRouters, Set<LinkControl> linkControl) {

  /** Link control protocols that are not IP. */
  public enum LinkControl {
    /** Link aggregation and the other slow protocols (IEEE 802.3 annex 57A). */
    LACP(0x8809),
    /** Port-based access control (IEEE 802.1X). */
    DOT1X(0x888E),
    /** Link layer discovery (IEEE 802.1AB). */
    LLDP(0x88CC);

    private final int etherType;

    LinkControl(int etherType) {
      this.etherType = etherType;
    }

    /**
     * Returns the EtherType of its frames.
     *
     * @return the number in host order
     */
    public int etherType() {
      return etherType;
    }
  }

  /**
   * Makes settings.
   *
   * @throws IllegalArgumentException if the name cannot be an interface's
   */
  public InterfaceSettings {
    requireNonNull(mode, "mode");
    linkControl = Set.copyOf(linkControl);
    if (!name.matches("[^/\\s:%]{1,15}") || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "an interface name has 1 to 15 characters, no space, slash, colon or percent: '"
              + name
              + "'");
    }
  }

  /**
   * Returns settings that enforce and admit no routers and no link control.
   *
   * @param name the interface
   * @return the strictest settings
   * @throws IllegalArgumentException if the name cannot be an interface's
   */
  public static InterfaceSettings enforcing(String name) {
    return new InterfaceSettings(name, EnforcementMode.ENFORCE, false, Set.of());
  }
}
