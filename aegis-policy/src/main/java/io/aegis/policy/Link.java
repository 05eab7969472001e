package io.aegis.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The link that packets arrive on, as far as it is known.
 *
 * @param interfaceName the network interface of the gateway; null if it is not known
 * @param vlan the VLAN, 1 to 4094; null if there is none or it is not known
 * @param mac the MAC address of the sender, as six pairs of lower-case hexadecimal digits with
 *     colons between them; null if it is not known
 */
public record Link(@Nullable String interfaceName, @Nullable Integer vlan, @Nullable String mac) {

  private static final int LAST_VLAN = 4_094;
  private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

  /**
   * Makes a link.
   *
   * @throws IllegalArgumentException if one of them is not what it should be, or nothing is known
   */
  public Link {
    if (interfaceName == null && vlan == null && mac == null) {
      throw new IllegalArgumentException("a link has an interface, a VLAN or a MAC address");
    }
    if (interfaceName != null) {
      Names.require(interfaceName, "an interface");
    }
    if (vlan != null && (vlan < 1 || vlan > LAST_VLAN)) {
      throw new IllegalArgumentException("a VLAN is in 1.." + LAST_VLAN + ": " + vlan);
    }
    if (mac != null) {
      mac = mac.toLowerCase(Locale.ROOT);
      if (!MAC.matcher(mac).matches()) {
        throw new IllegalArgumentException(
            "a MAC address is six pairs of digits as in 02:00:00:00:00:01: '"
                + Names.printable(mac)
                + "'");
      }
    }
  }

  /**
   * Returns the network interface of the gateway, if it is known.
   *
   * @return its name
   */
  public Optional<String> knownInterface() {
    return Optional.ofNullable(interfaceName);
  }

  /**
   * Returns the VLAN, if there is one and it is known.
   *
   * @return 1 to 4094
   */
  public OptionalInt knownVlan() {
    return vlan == null ? OptionalInt.empty() : OptionalInt.of(vlan);
  }

  /**
   * Returns the MAC address of the sender, if it is known.
   *
   * @return six pairs of lower-case digits
   */
  public Optional<String> knownMac() {
    return Optional.ofNullable(mac);
  }
}
