package io.aegis.server.controller;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Target;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.DesiredGrant;
import io.aegis.server.sync.GrantChange;
import io.aegis.server.sync.GrantChange.Put;
import io.aegis.server.sync.GrantChange.Removed;
import io.aegis.server.sync.Position;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Grants and the log of their changes in the database: the one place where either is written, so
 * that they always agree. Safe for any number of threads.
 */
final class GrantStore {
  private static final String COLUMNS =
      """
      SELECT g.id, g.version, g.policy_version, g.issued_at_ms, g.client, g.prefix, g.protocol,
             g.first_port, g.last_port, g.hard_expiry_ms, g.soft_expiry_ms, g.idle_limit_ms,
             g.mode, g.needs_lease
        FROM grants g
      """;
  private static final String ALL = COLUMNS + " ORDER BY g.id";
  private static final String OF_ACTIVATION =
      COLUMNS + " WHERE g.activation_id = :activationId ORDER BY g.id";

  GrantStore() {}

  /** Reads the newest position. */
  Position position(Transaction tx) {
    Map<String, Long> meta =
        tx.handle()
            .createQuery("SELECT key, value FROM meta WHERE key IN ('epoch', 'revision')")
            .reduceRows(
                new java.util.HashMap<String, Long>(),
                (map, row) -> {
                  map.put(row.getColumn("key", String.class), row.getColumn("value", Long.class));
                  return map;
                });
    Long epoch = meta.get("epoch");
    Long revision = meta.get("revision");
    if (epoch == null || revision == null) {
      throw new IllegalStateException("the database has no lineage");
    }
    return new Position(epoch, revision);
  }

  List<DesiredGrant> all(Transaction tx) {
    return tx.handle().createQuery(ALL).map(GrantRow::toDesired).list();
  }

  List<DesiredGrant> ofActivation(Transaction tx, long activationId) {
    return tx.handle()
        .createQuery(OF_ACTIVATION)
        .bind("activationId", activationId)
        .map(GrantRow::toDesired)
        .list();
  }

  /** Gives the id of the next grant away. */
  GrantId nextId(Transaction tx) {
    long id =
        tx.handle()
            .createQuery(
                """
                UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'grants' RETURNING seq
                """)
            .mapTo(Long.class)
            .one();
    return new GrantId(id);
  }

  /** Adds a grant to an activation. */
  Put add(Transaction tx, long activationId, DesiredGrant desired) {
    tx.handle()
        .createUpdate(
            """
            INSERT INTO grants (id, activation_id, version, policy_version, issued_at_ms, client,
                                prefix, protocol, first_port, last_port, hard_expiry_ms,
                                soft_expiry_ms, idle_limit_ms, mode, needs_lease)
            VALUES (:id, :activationId, :version, :policyVersion, :issuedAtMs, :client,
                    :prefix, :protocol, :firstPort, :lastPort, :hardExpiryMs,
                    :softExpiryMs, :idleLimitMs, :mode, :needsLease)
            """)
        .bindMap(GrantRow.columns(desired))
        .bind("activationId", activationId)
        .execute();
    return logged(tx, desired);
  }

  /** Moves the soft expiry of a grant; everything else of this version stays. */
  Put extend(Transaction tx, DesiredGrant desired, Instant softExpiry) {
    Grant extended = desired.grant().withSoftExpiry(softExpiry);
    tx.handle()
        .createUpdate("UPDATE grants SET soft_expiry_ms = :softMs WHERE id = :id")
        .bind("softMs", extended.softExpiry().toEpochMilli())
        .bind("id", extended.id().value())
        .execute();
    return logged(
        tx,
        new DesiredGrant(extended, desired.version(), desired.policyVersion(), desired.issuedAt()));
  }

  private static Put logged(Transaction tx, DesiredGrant desired) {
    long revision = nextRevision(tx);
    tx.handle()
        .createUpdate(
            """
            INSERT INTO changes (revision, kind, grant_id, version, policy_version, issued_at_ms,
                                 client, prefix, protocol, first_port, last_port, hard_expiry_ms,
                                 soft_expiry_ms, idle_limit_ms, mode, needs_lease)
            VALUES (:revision, 'put', :id, :version, :policyVersion, :issuedAtMs,
                    :client, :prefix, :protocol, :firstPort, :lastPort, :hardExpiryMs,
                    :softExpiryMs, :idleLimitMs, :mode, :needsLease)
            """)
        .bindMap(GrantRow.columns(desired))
        .bind("revision", revision)
        .execute();
    return new Put(revision, desired);
  }

  /** Takes a grant away for good. */
  Removed remove(Transaction tx, Grant grant) {
    tx.handle()
        .createUpdate("DELETE FROM grants WHERE id = :id")
        .bind("id", grant.id().value())
        .execute();
    long revision = nextRevision(tx);
    Target target = grant.target();
    tx.handle()
        .createUpdate(
            """
            INSERT INTO changes (revision, kind, grant_id, prefix, protocol, first_port, last_port)
            VALUES (:revision, 'removed', :id, :prefix, :protocol, :firstPort, :lastPort)
            """)
        .bind("revision", revision)
        .bind("id", grant.id().value())
        .bind("prefix", target.prefix().toString())
        .bind("protocol", target.protocol().toString())
        .bind("firstPort", target.ports().first())
        .bind("lastPort", target.ports().last())
        .execute();
    return new Removed(revision, grant.id(), target);
  }

  private static long nextRevision(Transaction tx) {
    return tx.handle()
        .createQuery("UPDATE meta SET value = value + 1 WHERE key = 'revision' RETURNING value")
        .mapTo(Long.class)
        .one();
  }

  /** Reads the changes after a revision; empty if some of them are no longer, or not yet, there. */
  Optional<List<GrantChange>> since(Transaction tx, long revision) {
    long newest = position(tx).revision();
    if (revision == newest) {
      return Optional.of(List.of());
    }
    List<GrantChange> changes =
        tx.handle()
            .createQuery(
                """
                SELECT revision, kind, grant_id AS id, version, policy_version, issued_at_ms,
                       client, prefix, protocol, first_port, last_port, hard_expiry_ms,
                       soft_expiry_ms, idle_limit_ms, mode, needs_lease
                  FROM changes WHERE revision > :revision ORDER BY revision
                """)
            .bind("revision", revision)
            .map(GrantRow::toChange)
            .list();
    boolean isWhole = revision < newest && changes.size() == newest - revision;
    return isWhole ? Optional.of(changes) : Optional.empty();
  }

  /** Forgets all but the newest changes, once they are well above {@code length}. */
  void prune(Transaction tx, long length) {
    long newest = position(tx).revision();
    tx.handle()
        .createUpdate("DELETE FROM changes WHERE revision <= :last")
        .bind("last", newest - length)
        .execute();
  }

  /** How many changes are kept. */
  long logLength(Transaction tx) {
    return tx.handle()
        .createQuery("SELECT COALESCE(MAX(revision) - MIN(revision) + 1, 0) FROM changes")
        .mapTo(Long.class)
        .one();
  }
}
