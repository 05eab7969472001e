package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A process that opens an instance with one grant and holds it until it is killed. */
final class HoldOpen {

  static final String READY = "ready";

  static final String UNCONFIRMED = "unconfirmed";

  private HoldOpen() {}

  /**
   * Arguments: instance, interface, client, service, port, seconds that the grant lasts; {@code
   * unconfirmed} to confirm only when a byte comes in.
   */
  public static void main(String[] args) throws IOException {
    boolean isConfirmed = !List.of(args).contains(UNCONFIRMED);
    EnforcerSettings settings = Settings.of(args[0], args[1]);
    var provider = new XdpEnforcerProvider();
    Enforcer enforcer = isConfirmed ? provider.open(settings) : provider.openUnconfirmed(settings);
    Target target = Target.of(IpAddress.parse(args[3]), Protocol.UDP, Integer.parseInt(args[4]));
    Instant expiry = Instant.now().plusSeconds(Long.parseLong(args[5]));
    enforcer.apply(
        GrantUpdate.adding(Grant.until(new GrantId(1), IpAddress.parse(args[2]), target, expiry)));
    System.out.println(READY);
    System.in.read();
    enforcer.confirm();
    System.out.println(READY);
    System.in.read();
  }
}
