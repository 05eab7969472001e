package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.store.Database;
import io.aegis.server.sync.GatewayRegistry;
import java.util.List;

/** The gateways, as the database has them. */
final class StoredGateways implements GatewayRegistry {
  private final Database database;
  private final GatewayStore gateways = new GatewayStore();

  @Inject
  StoredGateways(Database database) {
    this.database = database;
  }

  @Override
  public List<Gateway> gateways() {
    return database.read(gateways::all);
  }

  @Override
  public void seen(Gateway gateway) {
    database.<Boolean>write(tx -> {
      gateways.put(tx, gateway);
      return true;
    });
  }
}
