package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.GRANT_KEY;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;

import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.lang.foreign.MemorySegment;

/**
 * The exact tuple that grants are found by.
 *
 * @param client source address
 * @param service destination address, of the same family
 * @param protocol the protocol
 * @param port destination port in host order, 0 for a protocol without ports
 */
record GrantKey(IpAddress client, IpAddress service, Protocol protocol, int port) {

  static final Codec<GrantKey> CODEC = new KeyCodec();

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;

  /**
   * Returns the key of a client's way to an exact target.
   *
   * @throws IllegalArgumentException if the target is not exact
   */
  static GrantKey of(IpAddress client, Target target) {
    if (!target.isExact()) {
      throw new IllegalArgumentException("not one address and one port: " + target);
    }
    int port = target.protocol().hasPorts() ? target.ports().first() : 0;
    return new GrantKey(client, target.prefix().address(), target.protocol(), port);
  }

  Target target() {
    PortRange ports = protocol.hasPorts() ? PortRange.of(port) : PortRange.ANY;
    return new Target(Prefix.of(service), protocol, ports);
  }

  private static final class KeyCodec implements Codec<GrantKey> {

    private static final long CLIENT = offset(GRANT_KEY, "client");
    private static final long SERVICE = offset(GRANT_KEY, "service");
    private static final long PORT = offset(GRANT_KEY, "port");
    private static final long PROTOCOL = offset(GRANT_KEY, "protocol");
    private static final long FAMILY = offset(GRANT_KEY, "family");

    @Override
    public long size() {
      return GRANT_KEY.byteSize();
    }

    @Override
    public void write(GrantKey key, MemorySegment target) {
      boolean isIpv4 = key.client().family() == Family.IPV4;
      Addresses.write(key.client(), target, CLIENT);
      Addresses.write(key.service(), target, SERVICE);
      target.set(Addresses.BE16, PORT, (short) key.port());
      target.set(Addresses.U8, PROTOCOL, (byte) number(key.protocol(), isIpv4));
      target.set(Addresses.U8, FAMILY, Addresses.familyNumber(key.client().family()));
    }

    private static int number(Protocol protocol, boolean isIpv4) {
      return switch (protocol) {
        case TCP -> TCP;
        case UDP -> UDP;
        case ICMP_ECHO -> isIpv4 ? ICMP : ICMPV6;
      };
    }

    @Override
    public GrantKey read(MemorySegment source) {
      Family family = Addresses.family(source.get(Addresses.U8, FAMILY));
      return new GrantKey(
          Addresses.read(source, CLIENT, family),
          Addresses.read(source, SERVICE, family),
          protocol(source.get(Addresses.U8, PROTOCOL)),
          Short.toUnsignedInt(source.get(Addresses.BE16, PORT)));
    }

    private static Protocol protocol(byte number) {
      return switch (number) {
        case TCP -> Protocol.TCP;
        case UDP -> Protocol.UDP;
        case ICMP, ICMPV6 -> Protocol.ICMP_ECHO;
        default -> throw new IllegalStateException("aegis_grants: protocol " + number);
      };
    }
  }
}
