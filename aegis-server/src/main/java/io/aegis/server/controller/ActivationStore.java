package io.aegis.server.controller;

import io.aegis.api.IpAddress;
import io.aegis.server.controller.Held.Span;
import io.aegis.server.identity.Affected;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.DesiredGrant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Activations, with their grants, in the database. Safe for any number of threads. */
final class ActivationStore {

  /** One line for each grant, as every activation has at least one. */
  private static final String HELD =
      """
      SELECT a.id AS activation_id, a.user_id, a.session_id, a.service_id, a.source, a.confirmed,
             a.activated_at_ms, a.updated_at_ms, a.hard_expiry_ms AS activation_expiry_ms,
             a.idle_limit_ms AS activation_idle_ms,
             g.id, g.version, g.policy_version, g.issued_at_ms, g.client, g.prefix, g.protocol,
             g.first_port, g.last_port, g.hard_expiry_ms, g.soft_expiry_ms, g.idle_limit_ms,
             g.mode, g.needs_lease
        FROM activations a JOIN grants g ON g.activation_id = a.id
      """;

  private static final String ORDER = " ORDER BY a.id, g.id";
  private static final String ALL = HELD + ORDER;
  private static final String BY_ID = HELD + " WHERE a.id = :id" + ORDER;
  private static final String OF_USER = HELD + " WHERE a.user_id = :id" + ORDER;
  private static final String OF_SESSION = HELD + " WHERE a.session_id = :id" + ORDER;
  private static final String OF_SERVICE = HELD + " WHERE a.service_id = :id" + ORDER;
  private static final String OF_ROLE =
      HELD + " JOIN users u ON u.id = a.user_id WHERE u.role_id = :id" + ORDER;
  private static final String FROM_SOURCE =
      HELD + " WHERE a.service_id = :id AND a.source = :source" + ORDER;
  private static final String DUE =
      HELD
          + """
           WHERE a.id IN (SELECT activation_id FROM grants
                           WHERE soft_expiry_ms <= :dueMs AND soft_expiry_ms < hard_expiry_ms)
          """
          + ORDER;
  private static final String OVER = HELD + " WHERE a.hard_expiry_ms <= :nowMs" + ORDER;
  private static final String FROM_GATEWAYS =
      HELD + " WHERE a.source IN (SELECT address FROM gateway_addresses)" + ORDER;
  private static final String WITH_IDLE_LIMIT =
      HELD + " WHERE a.idle_limit_ms IS NOT NULL AND a.confirmed = 1" + ORDER;
  private static final String UNCONFIRMED = HELD + " WHERE a.confirmed = 0" + ORDER;

  private record Row(Held activation, DesiredGrant grant) {}

  ActivationStore() {}

  List<Held> affected(Transaction tx, Affected affected) {
    return switch (affected) {
      case Affected.OneUser(long id) -> list(query(tx, OF_USER).bind("id", id));
      case Affected.OneSession(long id) -> list(query(tx, OF_SESSION).bind("id", id));
      case Affected.OneRole(long id) -> list(query(tx, OF_ROLE).bind("id", id));
      case Affected.OneService(long id) -> list(query(tx, OF_SERVICE).bind("id", id));
      case Affected.Everything() -> list(query(tx, ALL));
    };
  }

  Optional<Held> byId(Transaction tx, long id) {
    return list(query(tx, BY_ID).bind("id", id)).stream().findFirst();
  }

  List<Held> ofUser(Transaction tx, long userId) {
    return list(query(tx, OF_USER).bind("id", userId));
  }

  /** Whoever holds a service from an address. */
  List<Held> from(Transaction tx, long serviceId, IpAddress source) {
    return list(query(tx, FROM_SOURCE).bind("id", serviceId).bind("source", source.toString()));
  }

  /** Those with a grant whose soft expiry comes by {@code due} and could be later. */
  List<Held> toExtend(Transaction tx, Instant due) {
    return list(query(tx, DUE).bind("dueMs", due.toEpochMilli()));
  }

  List<Held> overAt(Transaction tx, Instant now) {
    return list(query(tx, OVER).bind("nowMs", now.toEpochMilli()));
  }

  /** Those whose source has turned out to be a gateway's own address. */
  List<Held> fromGateways(Transaction tx) {
    return list(query(tx, FROM_GATEWAYS));
  }

  List<Held> withIdleLimit(Transaction tx) {
    return list(query(tx, WITH_IDLE_LIMIT));
  }

  List<Held> unconfirmed(Transaction tx) {
    return list(query(tx, UNCONFIRMED));
  }

  private static Query query(Transaction tx, String sql) {
    return tx.handle().createQuery(sql);
  }

  /** The users that hold a service from an address, those aside whose time is over. */
  Set<Long> usersAt(Transaction tx, long serviceId, IpAddress source, Instant now) {
    return tx
        .handle()
        .createQuery(
            """
            SELECT user_id FROM activations
             WHERE service_id = :serviceId AND source = :source AND hard_expiry_ms > :nowMs
            """)
        .bind("nowMs", now.toEpochMilli())
        .bind("serviceId", serviceId)
        .bind("source", source.toString())
        .mapTo(Long.class)
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  long add(
      Transaction tx, long userId, long sessionId, long serviceId, IpAddress source, Span span) {
    Duration idle = span.idleLimit();
    return tx.handle()
        .createQuery(
            """
            INSERT INTO activations (user_id, session_id, service_id, source, confirmed,
                                     activated_at_ms, updated_at_ms, hard_expiry_ms, idle_limit_ms)
            VALUES (:userId, :sessionId, :serviceId, :source, 0,
                    :activatedAtMs, :updatedAtMs, :hardExpiryMs, :idleLimitMs)
            RETURNING id
            """)
        .bind("userId", userId)
        .bind("sessionId", sessionId)
        .bind("serviceId", serviceId)
        .bind("source", source.toString())
        .bind("activatedAtMs", span.activatedAt().toEpochMilli())
        .bind("updatedAtMs", span.updatedAt().toEpochMilli())
        .bind("hardExpiryMs", span.hardExpiry().toEpochMilli())
        .bind("idleLimitMs", idle == null ? null : idle.toMillis())
        .mapTo(Long.class)
        .one();
  }

  /** Returns whether it was still there. */
  boolean confirm(Transaction tx, long id) {
    return tx.handle()
            .createUpdate("UPDATE activations SET confirmed = 1 WHERE id = :id")
            .bind("id", id)
            .execute()
        > 0;
  }

  /** Notes that it was asked for again, by a session it ends with from now on. */
  void askedAgain(Transaction tx, long id, long sessionId, Instant now) {
    tx.handle()
        .createUpdate(
            "UPDATE activations SET session_id = :sessionId, updated_at_ms = :nowMs WHERE id = :id")
        .bind("sessionId", sessionId)
        .bind("nowMs", now.toEpochMilli())
        .bind("id", id)
        .execute();
  }

  /** Deletes an activation whose grants are gone. */
  void delete(Transaction tx, long id) {
    tx.handle().createUpdate("DELETE FROM activations WHERE id = :id").bind("id", id).execute();
  }

  private static List<Held> list(Query query) {
    var byId = new LinkedHashMap<Long, List<Row>>();
    for (Row row : query.map(ActivationStore::toRow).list()) {
      byId.computeIfAbsent(row.activation().id(), _ -> new ArrayList<>()).add(row);
    }
    return byId.values().stream().map(ActivationStore::joined).toList();
  }

  private static Held joined(List<Row> rows) {
    Held first = rows.getFirst().activation();
    return new Held(
        first.id(),
        first.userId(),
        first.sessionId(),
        first.serviceId(),
        first.source(),
        first.isConfirmed(),
        first.span(),
        rows.stream().map(Row::grant).toList());
  }

  private static Row toRow(ResultSet row, StatementContext ctx) throws SQLException {
    long idleMs = row.getLong("activation_idle_ms");
    @Nullable Duration idle = row.wasNull() ? null : Duration.ofMillis(idleMs);
    var span =
        new Span(
            Instant.ofEpochMilli(row.getLong("activated_at_ms")),
            Instant.ofEpochMilli(row.getLong("updated_at_ms")),
            Instant.ofEpochMilli(row.getLong("activation_expiry_ms")),
            idle);
    var activation =
        new Held(
            row.getLong("activation_id"),
            row.getLong("user_id"),
            row.getLong("session_id"),
            row.getLong("service_id"),
            IpAddress.parse(row.getString("source")),
            row.getBoolean("confirmed"),
            span,
            List.of());
    return new Row(activation, GrantRow.toDesired(row, ctx));
  }
}
