package io.aegis.enforcer.tck;

import java.util.List;

/**
 * The few addresses and ports that generated grants, rules and frames have in common, so that they
 * meet; and others that must match nothing.
 */
final class FuzzWorld {
  static final List<String> CLIENTS = List.of("10.77.1.5", "10.77.1.6", "10.77.9.1", "10.77.4.9");
  static final List<String> SERVICES =
      List.of("10.77.2.7", "10.77.2.8", "10.77.2.135", "10.77.3.9");
  static final List<String> CLIENTS6 =
      List.of("fd77:1::5", "fd77:1::6", "fd77:9::1", "fd77:1:0:1::5");
  static final List<String> SERVICES6 =
      List.of("fd77:2::7", "fd77:2::8", "fd77:2:0:1::7", "fd77:3::9");
  static final List<String> PREFIXES =
      List.of(
          "10.77.2.0/24",
          "10.77.2.0/28",
          "10.77.2.6/31",
          "10.77.2.128/25",
          "10.77.0.0/16",
          "0.0.0.0/0");
  static final List<String> PREFIXES6 =
      List.of("fd77:2::/64", "fd77:2::/32", "fd77:2::/125", "fd77:2::6/127", "fd77::/16", "::/0");
  static final List<String> PORTS = List.of("443", "53", "22", "8000", "8001", "8010", "444");
  static final List<String> RANGES =
      List.of("8000-8010", "400-450", "1-1024", "0-443", "443-65535", "any", "any");

  private static final List<String> STRANGERS =
      List.of("255.255.255.255", "224.0.0.1", "0.0.0.0", "127.0.0.1", "169.254.1.1", "10.77.2.0");
  private static final List<String> STRANGERS6 =
      List.of("::", "::1", "fe80::5", "fdff:1::5", "::ffff:10.77.1.5", "::ffff:10.77.2.7");
  private static final List<String> GROUPS6 =
      List.of("ff02::1", "ff02::1:ff00:7", "ff05::1", "ff01::1", "ff0e::1", "fe80::7", "febf::7");

  private FuzzWorld() {}

  static String client(Dice dice, boolean v6) {
    return dice.once(12) ? stranger(dice, v6) : dice.of(v6 ? CLIENTS6 : CLIENTS);
  }

  static String service(Dice dice, boolean v6) {
    return dice.once(12) ? stranger(dice, v6) : dice.of(v6 ? SERVICES6 : SERVICES);
  }

  private static String stranger(Dice dice, boolean v6) {
    if (v6 && dice.once(2)) {
      return dice.of(GROUPS6);
    }
    return dice.of(v6 ? STRANGERS6 : STRANGERS);
  }

  /** Where neighbour discovery may go, and where it may not. */
  static String group(Dice dice) {
    return dice.once(5) ? dice.of(SERVICES6) : dice.of(GROUPS6);
  }

  static String port(Dice dice) {
    return dice.once(6) ? Integer.toString(dice.from(0, 65_535)) : dice.of(PORTS);
  }
}
