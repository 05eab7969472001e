package io.aegis.server.identity;

import io.aegis.server.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** Roles in the database. Safe for any number of threads. */
final class RoleStore {

  RoleStore() {}

  List<Role> all(Transaction tx) {
    return tx.handle()
        .createQuery("SELECT id, name, description, built_in FROM roles ORDER BY id")
        .map(RoleStore::toRole)
        .list();
  }

  Optional<Role> byId(Transaction tx, long id) {
    return tx.handle()
        .createQuery("SELECT id, name, description, built_in FROM roles WHERE id = :id")
        .bind("id", id)
        .map(RoleStore::toRole)
        .findOne();
  }

  boolean isTaken(Transaction tx, String name) {
    return tx.handle()
        .createQuery("SELECT EXISTS (SELECT 1 FROM roles WHERE name_key = :key)")
        .bind("key", Naming.key(name))
        .mapTo(Boolean.class)
        .one();
  }

  Role add(Transaction tx, String name, String description, Instant now) {
    long id =
        tx.handle()
            .createQuery(
                """
                INSERT INTO roles (name, name_key, description, built_in, created_at_ms)
                VALUES (:name, :key, :description, 0, :nowMs)
                RETURNING id
                """)
            .bind("name", name)
            .bind("key", Naming.key(name))
            .bind("description", description)
            .bind("nowMs", now.toEpochMilli())
            .mapTo(Long.class)
            .one();
    return new Role(id, name, description, false);
  }

  void delete(Transaction tx, long id) {
    tx.handle().createUpdate("DELETE FROM roles WHERE id = :id").bind("id", id).execute();
  }

  private static Role toRole(ResultSet row, StatementContext ctx) throws SQLException {
    return new Role(
        row.getLong("id"),
        row.getString("name"),
        row.getString("description"),
        row.getBoolean("built_in"));
  }
}
