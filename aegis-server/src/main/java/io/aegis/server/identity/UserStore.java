package io.aegis.server.identity;

import io.aegis.server.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Users in the database. Safe for any number of threads. */
final class UserStore {

  /**
   * A user with what must not leave this package.
   *
   * @param passwordHash null if somebody else checks who it is
   */
  record Credentials(User user, @Nullable String passwordHash) {}

  UserStore() {}

  List<User> all(Transaction tx) {
    return tx.handle()
        .createQuery(
            """
            SELECT id, username, role_id, is_active, must_change_password, created_at_ms
              FROM users ORDER BY id
            """)
        .map(UserStore::toUser)
        .list();
  }

  Optional<User> byId(Transaction tx, long id) {
    return tx.handle()
        .createQuery(
            """
            SELECT id, username, role_id, is_active, must_change_password, created_at_ms
              FROM users WHERE id = :id
            """)
        .bind("id", id)
        .map(UserStore::toUser)
        .findOne();
  }

  Optional<Credentials> credentials(Transaction tx, String username) {
    return tx.handle()
        .createQuery(
            """
            SELECT id, username, role_id, is_active, must_change_password, created_at_ms,
                   password_hash
              FROM users WHERE username_key = :key
            """)
        .bind("key", Naming.key(username))
        .map((row, ctx) -> new Credentials(toUser(row, ctx), row.getString("password_hash")))
        .findOne();
  }

  boolean isTaken(Transaction tx, String username) {
    return credentials(tx, username).isPresent();
  }

  void loggedIn(Transaction tx, long id, Instant now) {
    tx.handle()
        .createUpdate("UPDATE users SET last_login_at_ms = :nowMs WHERE id = :id")
        .bind("nowMs", now.toEpochMilli())
        .bind("id", id)
        .execute();
  }

  boolean hasLoggedIn(Transaction tx, long id) {
    return tx.handle()
        .createQuery(
            """
            SELECT EXISTS (SELECT 1 FROM users WHERE id = :id AND last_login_at_ms IS NOT NULL)
            """)
        .bind("id", id)
        .mapTo(Boolean.class)
        .one();
  }

  boolean anyHasRole(Transaction tx, long roleId) {
    return tx.handle()
        .createQuery("SELECT EXISTS (SELECT 1 FROM users WHERE role_id = :roleId)")
        .bind("roleId", roleId)
        .mapTo(Boolean.class)
        .one();
  }

  /** Adds an active user; the database gives the id. */
  User add(
      Transaction tx,
      String username,
      String passwordHash,
      long roleId,
      boolean mustChange,
      Instant now) {
    long id =
        tx.handle()
            .createQuery(
                """
                INSERT INTO users (username, username_key, password_hash, role_id, is_active,
                                   must_change_password, created_at_ms)
                VALUES (:username, :key, :hash, :roleId, 1, :mustChange, :nowMs)
                RETURNING id
                """)
            .bind("username", username)
            .bind("key", Naming.key(username))
            .bind("hash", passwordHash)
            .bind("roleId", roleId)
            .bind("mustChange", mustChange)
            .bind("nowMs", now.toEpochMilli())
            .mapTo(Long.class)
            .one();
    return new User(
        id, username, roleId, true, mustChange, Instant.ofEpochMilli(now.toEpochMilli()));
  }

  void setRole(Transaction tx, long id, long roleId) {
    tx.handle()
        .createUpdate("UPDATE users SET role_id = :roleId WHERE id = :id")
        .bind("roleId", roleId)
        .bind("id", id)
        .execute();
  }

  void setActive(Transaction tx, long id, boolean active) {
    tx.handle()
        .createUpdate("UPDATE users SET is_active = :active WHERE id = :id")
        .bind("active", active)
        .bind("id", id)
        .execute();
  }

  void setPassword(Transaction tx, long id, String hash, boolean mustChange) {
    tx.handle()
        .createUpdate(
            """
            UPDATE users SET password_hash = :hash, must_change_password = :mustChange
             WHERE id = :id
            """)
        .bind("hash", hash)
        .bind("mustChange", mustChange)
        .bind("id", id)
        .execute();
  }

  void delete(Transaction tx, long id) {
    tx.handle().createUpdate("DELETE FROM users WHERE id = :id").bind("id", id).execute();
  }

  private static User toUser(ResultSet row, StatementContext ctx) throws SQLException {
    return new User(
        row.getLong("id"),
        row.getString("username"),
        row.getLong("role_id"),
        row.getBoolean("is_active"),
        row.getBoolean("must_change_password"),
        Instant.ofEpochMilli(row.getLong("created_at_ms")));
  }
}
