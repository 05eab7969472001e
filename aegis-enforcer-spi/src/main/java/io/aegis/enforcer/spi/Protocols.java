package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress.Family;
import io.aegis.api.StaticRule;

/** IANA protocol numbers that the datapath looks at. */
final class Protocols {
  static final int ICMP = 1;
  static final int TCP = StaticRule.TCP;
  static final int UDP = StaticRule.UDP;
  static final int ICMPV6 = 58;

  private Protocols() {}

  /** The control protocol of a family; the other family's is an unknown protocol there. */
  static int icmp(Family family) {
    return family == Family.IPV4 ? ICMP : ICMPV6;
  }
}
