package io.aegis.server.audit;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.server.audit.AuditRecord.Actor;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * The records of what was done, in the order it was done. Written in the transaction of what they
 * record, so that there is none without the other. Safe for any number of threads.
 */
public final class AuditLog {

  /** Makes the log; it keeps nothing itself. */
  @Inject
  AuditLog() {}

  /**
   * Adds a record.
   *
   * @param tx the transaction of what it records
   * @param record the record
   */
  public void append(Transaction tx, AuditRecord record) {
    IpAddress source = record.actor().source();
    tx.handle()
        .createUpdate(
            """
            INSERT INTO audit (at_ms, actor_id, actor, source, action, object, result, detail)
            VALUES (:atMs, :actorId, :actor, :source, :action, :object, :result, :detail)
            """)
        .bind("atMs", record.at().toEpochMilli())
        .bind("actorId", record.actor().id())
        .bind("actor", record.actor().name())
        .bind("source", source == null ? null : source.toString())
        .bind("action", record.action())
        .bind("object", record.object())
        .bind("result", record.result().toString())
        .bind("detail", record.detail())
        .execute();
  }

  /**
   * Reads the newest records.
   *
   * @param tx a transaction
   * @param limit how many at most
   * @return newest first
   */
  public List<AuditRecord> newest(Transaction tx, int limit) {
    return tx.handle()
        .createQuery(
            """
            SELECT at_ms, actor_id, actor, source, action, object, result, detail
              FROM audit ORDER BY id DESC LIMIT :limit
            """)
        .bind("limit", limit)
        .map(AuditLog::toRecord)
        .list();
  }

  private static AuditRecord toRecord(ResultSet row, StatementContext ctx) throws SQLException {
    long actorId = row.getLong("actor_id");
    @Nullable Long actor = row.wasNull() ? null : actorId;
    @Nullable String source = row.getString("source");
    return new AuditRecord(
        Instant.ofEpochMilli(row.getLong("at_ms")),
        new Actor(actor, row.getString("actor"), source == null ? null : IpAddress.parse(source)),
        row.getString("action"),
        row.getString("object"),
        Result.valueOf(row.getString("result").toUpperCase(Locale.ROOT)),
        row.getString("detail"));
  }
}
