package io.aegis.enforcer.xdp.internal;

import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static io.aegis.enforcer.xdp.internal.Frames.ipv4;
import static io.aegis.enforcer.xdp.internal.Frames.ipv4Frame;
import static io.aegis.enforcer.xdp.internal.Frames.ipv6;
import static io.aegis.enforcer.xdp.internal.Frames.ipv6Frame;
import static io.aegis.enforcer.xdp.internal.Frames.tcp;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.time.Instant;

/** One client, one service and the frame between them, in both families. */
final class Examples {

  static final IpAddress CLIENT = IpAddress.parse("10.77.0.2");
  static final IpAddress SERVICE = IpAddress.parse("10.77.9.1");

  /** Covers the service, its neighbours and port 443. */
  static final Target WIDE =
      new Target(Prefix.parse("10.77.9.0/24"), Protocol.TCP, new PortRange(400, 500));

  static final IpAddress CLIENT6 = IpAddress.parse("fd77::2");
  static final IpAddress SERVICE6 = IpAddress.parse("fd77::1");

  static final int WEB = 443;
  static final int FROM = 40_000;

  private static final byte[] SEGMENT = tcp(FROM, WEB, SYN);

  private Examples() {}

  static byte[] webSyn() {
    return ipv4Frame(ipv4(TCP, SEGMENT));
  }

  /** What the service answers to {@link #webSyn}. */
  static byte[] webReply() {
    byte[] syn = webSyn();
    byte[] reply = syn.clone();
    System.arraycopy(syn, 26, reply, 30, 4); // addresses
    System.arraycopy(syn, 30, reply, 26, 4);
    System.arraycopy(syn, 34, reply, 36, 2); // ports
    System.arraycopy(syn, 36, reply, 34, 2);
    return Frames.with(reply, 47, SYN | 0x10);
  }

  static byte[] web6Syn() {
    return ipv6Frame(ipv6(TCP, 64, SEGMENT));
  }

  static Grant web(long id, Instant until) {
    return Grant.until(new GrantId(id), CLIENT, Target.of(SERVICE, Protocol.TCP, WEB), until);
  }

  static Grant web6(long id, Instant until) {
    return Grant.until(new GrantId(id), CLIENT6, Target.of(SERVICE6, Protocol.TCP, WEB), until);
  }
}
