package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.store.Database;
import io.aegis.server.sync.DesiredState;
import io.aegis.server.sync.GrantChange;
import io.aegis.server.sync.Position;
import java.util.List;
import java.util.Optional;

/** What shall be enforced, as the database has it. */
final class StoredDesiredState implements DesiredState {
  private final Database database;
  private final GrantStore grants = new GrantStore();

  @Inject
  StoredDesiredState(Database database) {
    this.database = database;
  }

  @Override
  public Position position() {
    return database.read(grants::position);
  }

  @Override
  public Snapshot snapshot() {
    return database.read(tx -> new Snapshot(grants.position(tx), grants.all(tx)));
  }

  @Override
  public Optional<List<GrantChange>> since(long revision) {
    return database.read(tx -> grants.since(tx, revision));
  }
}
