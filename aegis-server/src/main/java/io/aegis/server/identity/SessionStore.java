package io.aegis.server.identity;

import io.aegis.api.IpAddress;
import io.aegis.server.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Sessions and their tokens in the database; of a token only the hash. Safe for any number of
 * threads.
 */
final class SessionStore {

  /** What a token is good for. */
  enum TokenKind {
    ACCESS,
    REFRESH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A refresh token as it is known. */
  record RefreshToken(long sessionId, boolean isSpent, Instant expiresAt) {}

  private static final String SESSION_OF_ACTIVE_USER =
      """
      SELECT s.id, s.login_source, s.started_at_ms, s.ends_at_ms,
             u.id AS user_id, u.username, u.role_id, u.is_active, u.must_change_password,
             u.created_at_ms, r.name AS role_name, r.description AS role_description, r.built_in
        FROM sessions s
        JOIN users u ON u.id = s.user_id AND u.is_active = 1
        JOIN roles r ON r.id = u.role_id
      """;

  private static final String BY_ACCESS_TOKEN =
      SESSION_OF_ACTIVE_USER
          + """
            JOIN tokens t ON t.session_id = s.id
           WHERE t.hash = :hash AND t.kind = 'access' AND t.expires_at_ms > :nowMs
             AND s.ends_at_ms > :nowMs
          """;

  private static final String BY_ID =
      SESSION_OF_ACTIVE_USER + " WHERE s.id = :id AND s.ends_at_ms > :nowMs";

  SessionStore() {}

  long add(Transaction tx, long userId, IpAddress source, Instant now, Instant end) {
    return tx.handle()
        .createQuery(
            """
            INSERT INTO sessions (user_id, login_source, started_at_ms, ends_at_ms)
            VALUES (:userId, :source, :nowMs, :endMs)
            RETURNING id
            """)
        .bind("userId", userId)
        .bind("source", source.toString())
        .bind("nowMs", now.toEpochMilli())
        .bind("endMs", end.toEpochMilli())
        .mapTo(Long.class)
        .one();
  }

  void addToken(Transaction tx, long sessionId, TokenKind kind, byte[] hash, Instant expiry) {
    tx.handle()
        .createUpdate(
            """
            INSERT INTO tokens (hash, session_id, kind, expires_at_ms, spent)
            VALUES (:hash, :sessionId, :kind, :expiryMs, 0)
            """)
        .bind("hash", hash)
        .bind("sessionId", sessionId)
        .bind("kind", kind.toString())
        .bind("expiryMs", expiry.toEpochMilli())
        .execute();
  }

  /** The live session of a live access token, if its user is active. */
  Optional<Session> byAccessToken(Transaction tx, byte[] hash, Instant now) {
    return tx.handle()
        .createQuery(BY_ACCESS_TOKEN)
        .bind("hash", hash)
        .bind("nowMs", now.toEpochMilli())
        .map(SessionStore::toSession)
        .findOne();
  }

  /** The session, if it is live and its user active. */
  Optional<Session> liveById(Transaction tx, long id, Instant now) {
    return tx.handle()
        .createQuery(BY_ID)
        .bind("id", id)
        .bind("nowMs", now.toEpochMilli())
        .map(SessionStore::toSession)
        .findOne();
  }

  Optional<RefreshToken> refreshToken(Transaction tx, byte[] hash) {
    return tx.handle()
        .createQuery(
            """
            SELECT session_id, spent, expires_at_ms
              FROM tokens WHERE hash = :hash AND kind = 'refresh'
            """)
        .bind("hash", hash)
        .map((row, _) ->
            new RefreshToken(
                row.getLong("session_id"),
                row.getBoolean("spent"),
                Instant.ofEpochMilli(row.getLong("expires_at_ms"))))
        .findOne();
  }

  void spend(Transaction tx, byte[] hash) {
    tx.handle()
        .createUpdate("UPDATE tokens SET spent = 1 WHERE hash = :hash")
        .bind("hash", hash)
        .execute();
  }

  /** Returns whether it was there. */
  boolean delete(Transaction tx, long id) {
    return tx.handle().createUpdate("DELETE FROM sessions WHERE id = :id").bind("id", id).execute()
        > 0;
  }

  List<Long> idsOfUser(Transaction tx, long userId) {
    return tx.handle()
        .createQuery("SELECT id FROM sessions WHERE user_id = :userId ORDER BY id")
        .bind("userId", userId)
        .mapTo(Long.class)
        .list();
  }

  boolean isAnythingOverAt(Transaction tx, Instant now) {
    return tx.handle()
        .createQuery(
            """
            SELECT EXISTS (SELECT 1 FROM sessions WHERE ends_at_ms <= :nowMs)
                OR EXISTS (SELECT 1 FROM tokens
                            WHERE kind = 'access' AND expires_at_ms <= :nowMs)
            """)
        .bind("nowMs", now.toEpochMilli())
        .mapTo(Boolean.class)
        .one();
  }

  List<Long> idsOverAt(Transaction tx, Instant now) {
    return tx.handle()
        .createQuery("SELECT id FROM sessions WHERE ends_at_ms <= :nowMs ORDER BY id")
        .bind("nowMs", now.toEpochMilli())
        .mapTo(Long.class)
        .list();
  }

  /** Spent refresh tokens are kept until their session ends: they are how a theft is noticed. */
  void deleteExpiredAccessTokens(Transaction tx, Instant now) {
    tx.handle()
        .createUpdate("DELETE FROM tokens WHERE kind = 'access' AND expires_at_ms <= :nowMs")
        .bind("nowMs", now.toEpochMilli())
        .execute();
  }

  private static Session toSession(ResultSet row, StatementContext ctx) throws SQLException {
    var user =
        new User(
            row.getLong("user_id"),
            row.getString("username"),
            row.getLong("role_id"),
            row.getBoolean("is_active"),
            row.getBoolean("must_change_password"),
            Instant.ofEpochMilli(row.getLong("created_at_ms")));
    var role =
        new Role(
            row.getLong("role_id"),
            row.getString("role_name"),
            row.getString("role_description"),
            row.getBoolean("built_in"));
    return new Session(
        row.getLong("id"),
        user,
        role,
        IpAddress.parse(row.getString("login_source")),
        Instant.ofEpochMilli(row.getLong("started_at_ms")),
        Instant.ofEpochMilli(row.getLong("ends_at_ms")));
  }
}
