package io.aegis.policy;

import java.util.Locale;

/**
 * How sure it is that packets with a source address are the principal's. Ordered: each constant is
 * surer than those before it.
 */
public enum Assurance {
  /** The address alone. Whoever can send from it is taken for the principal. */
  IP,
  /** The address together with the link it arrives on: interface, VLAN or MAC address. */
  IP_LINK,
  /** An address inside a WireGuard tunnel, bound to the peer's key. */
  WIREGUARD,
  /** A connection whose peer showed a certificate. */
  MTLS;

  /**
   * Returns whether this is as sure as {@code other}, or surer.
   *
   * @param other what is asked for
   * @return true if it is enough
   */
  public boolean isAtLeast(Assurance other) {
    return compareTo(other) >= 0;
  }

  /**
   * Reads the text form.
   *
   * @param text {@code ip}, {@code ip+link}, {@code wireguard} or {@code mtls}
   * @return the assurance
   * @throws IllegalArgumentException if it is anything else
   */
  public static Assurance parse(String text) {
    for (Assurance assurance : values()) {
      if (assurance.toString().equals(text)) {
        return assurance;
      }
    }
    throw new IllegalArgumentException(
        "not an assurance: '" + text + "' (one of ip, ip+link, wireguard, mtls)");
  }

  /** Returns {@code ip}, {@code ip+link}, {@code wireguard} or {@code mtls}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '+');
  }
}
