package io.aegis.server.sync;

import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The gateways the controller knows, connected or not. Implemented by the store. */
public interface GatewayRegistry {

  /**
   * A gateway.
   *
   * @param name the name in its agent's certificate
   * @param guards the destinations it guards, as its agent last declared
   * @param addresses its own addresses, as its agent last declared: never a user's source
   * @param lastSeen when its agent was last connected
   */
  record Gateway(String name, Set<Prefix> guards, Set<IpAddress> addresses, Instant lastSeen) {
    /** Makes a gateway. */
    public Gateway {
      guards = Set.copyOf(guards);
      addresses = Set.copyOf(addresses);
    }
  }

  /**
   * Reads all gateways.
   *
   * @return ordered by name
   */
  List<Gateway> gateways();

  /**
   * Records what an agent declared. Durable when it returns.
   *
   * @param gateway the gateway as it is now
   */
  void seen(Gateway gateway);
}
