package io.aegis.enforcer.tck;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;

/** Addresses, targets, grants and frames that the contracts use. */
final class Sample {
  static final IpAddress CLIENT = IpAddress.parse("10.77.1.5");
  static final IpAddress STRANGER = IpAddress.parse("10.77.1.6");
  static final IpAddress SERVICE = IpAddress.parse("10.77.2.7");
  static final IpAddress CLIENT6 = IpAddress.parse("fd77:1::5");
  static final IpAddress SERVICE6 = IpAddress.parse("fd77:2::7");
  static final int PORT = 443;
  static final Target WEB = Target.of(SERVICE, Protocol.TCP, PORT);
  static final Target WEB6 = Target.of(SERVICE6, Protocol.TCP, PORT);
  static final Target SUBNET =
      new Target(Prefix.parse("10.77.2.0/24"), Protocol.TCP, PortRange.of(PORT));
  static final Target ANY_PORT = new Target(Prefix.of(SERVICE), Protocol.TCP, PortRange.ANY);
  static final Target ECHO = new Target(Prefix.of(SERVICE), Protocol.ICMP_ECHO, PortRange.ANY);

  private static final Duration LONG = Duration.ofHours(1);
  private static final int CLIENT_PORT = 40_000;

  private Sample() {}

  static GrantId id(long value) {
    return new GrantId(value);
  }

  /** A grant for the client to the service, good for an hour. */
  static Grant web(long id, Instant now) {
    return Grant.until(id(id), CLIENT, WEB, now.plus(LONG));
  }

  static Grant web6(long id, Instant now) {
    return Grant.until(id(id), CLIENT6, WEB6, now.plus(LONG));
  }

  /** A grant for the client to any target, good for an hour. */
  static Grant to(Target target, long id, Instant now) {
    return Grant.until(id(id), CLIENT, target, now.plus(LONG));
  }

  /** A grant for a client of its own, the {@code n}-th of many. */
  static Grant nth(long n, Instant now) {
    return Grant.until(id(n), nthClient(n), WEB, now.plus(LONG));
  }

  static IpAddress nthClient(long n) {
    return new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_8000L + n); // 10.77.128.0 and on
  }

  /** What the client sends to the service. */
  static byte[] request() {
    return frame(CLIENT, SERVICE, PORT);
  }

  static byte[] request6() {
    return frame(CLIENT6, SERVICE6, PORT);
  }

  static byte[] frame(IpAddress client, IpAddress service, int port) {
    return FrameBuilder.ethernet().ip(client, service).tcp(CLIENT_PORT, port).bytes();
  }
}
