package io.aegis.server.sync;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Gateways in memory. */
final class FakeGatewayRegistry implements GatewayRegistry {

  private final Map<String, Gateway> gateways = new ConcurrentSkipListMap<>();

  @Override
  public List<Gateway> gateways() {
    return List.copyOf(gateways.values());
  }

  @Override
  public void seen(Gateway gateway) {
    gateways.put(gateway.name(), gateway);
  }
}
