package io.aegis.server.controller;

import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.server.identity.Naming;
import io.aegis.server.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Services and their targets in the database. Safe for any number of threads. */
final class CatalogStore {
  private static final String SERVICES =
      """
      SELECT s.id, s.name, s.hostname, s.description, s.protocol, s.idle_limit_ms,
             s.hard_limit_ms, s.created_at_ms,
             t.prefix, t.protocol AS target_protocol, t.first_port, t.last_port
        FROM services s JOIN service_targets t ON t.service_id = s.id
      """;
  private static final String ORDER = " ORDER BY s.id, t.position";
  private static final String ALL = SERVICES + ORDER;
  private static final String BY_ID = SERVICES + " WHERE s.id = :id" + ORDER;
  private static final String OF_ROLE =
      SERVICES + " JOIN role_services rs ON rs.service_id = s.id WHERE rs.role_id = :id" + ORDER;
  private static final String OF_USER =
      SERVICES + " JOIN user_services us ON us.service_id = s.id WHERE us.user_id = :id" + ORDER;

  private record Row(long id, ServiceSpec spec, Instant createdAt, Target target) {}

  CatalogStore() {}

  List<CatalogService> all(Transaction tx) {
    return joined(tx.handle().createQuery(ALL).map((row, _) -> toRow(row)).list());
  }

  Optional<CatalogService> byId(Transaction tx, long id) {
    return with(tx, BY_ID, id).stream().findFirst();
  }

  List<CatalogService> ofRole(Transaction tx, long roleId) {
    return with(tx, OF_ROLE, roleId);
  }

  List<CatalogService> ofUser(Transaction tx, long userId) {
    return with(tx, OF_USER, userId);
  }

  private static List<CatalogService> with(Transaction tx, String sql, long id) {
    return joined(tx.handle().createQuery(sql).bind("id", id).map((row, _) -> toRow(row)).list());
  }

  /** The id of the service with this name, if there is one. */
  Optional<Long> idOf(Transaction tx, String name) {
    return tx.handle()
        .createQuery("SELECT id FROM services WHERE name_key = :key")
        .bind("key", Naming.key(name))
        .mapTo(Long.class)
        .findOne();
  }

  CatalogService add(Transaction tx, ServiceSpec spec, List<Target> targets, Instant now) {
    long id =
        tx.handle()
            .createQuery(
                """
                INSERT INTO services (name, name_key, hostname, description, protocol,
                                      idle_limit_ms, hard_limit_ms, created_at_ms)
                VALUES (:name, :key, :hostname, :description, :protocol, :idleMs, :hardMs, :nowMs)
                RETURNING id
                """)
            .bindMap(columns(spec))
            .bind("nowMs", now.toEpochMilli())
            .mapTo(Long.class)
            .one();
    addTargets(tx, id, targets);
    return new CatalogService(id, spec, targets, Instant.ofEpochMilli(now.toEpochMilli()));
  }

  void update(Transaction tx, long id, ServiceSpec spec, List<Target> targets) {
    tx.handle()
        .createUpdate(
            """
            UPDATE services
               SET name = :name, name_key = :key, hostname = :hostname,
                   description = :description, protocol = :protocol, idle_limit_ms = :idleMs,
                   hard_limit_ms = :hardMs
             WHERE id = :id
            """)
        .bindMap(columns(spec))
        .bind("id", id)
        .execute();
    tx.handle()
        .createUpdate("DELETE FROM service_targets WHERE service_id = :id")
        .bind("id", id)
        .execute();
    addTargets(tx, id, targets);
  }

  private static java.util.Map<String, @Nullable Object> columns(ServiceSpec spec) {
    var columns = new java.util.HashMap<String, @Nullable Object>();
    Duration idle = spec.idleLimit();
    columns.put("name", spec.name());
    columns.put("key", Naming.key(spec.name()));
    columns.put("hostname", spec.hostname());
    columns.put("description", spec.description());
    columns.put("protocol", spec.protocol().toString());
    columns.put("idleMs", idle == null ? null : idle.toMillis());
    columns.put("hardMs", spec.hardLimit().toMillis());
    return columns;
  }

  private static void addTargets(Transaction tx, long id, List<Target> targets) {
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      tx.handle()
          .createUpdate(
              """
              INSERT INTO service_targets
                     (service_id, position, prefix, protocol, first_port, last_port)
              VALUES (:id, :position, :prefix, :protocol, :firstPort, :lastPort)
              """)
          .bind("id", id)
          .bind("position", i)
          .bind("prefix", target.prefix().toString())
          .bind("protocol", target.protocol().toString())
          .bind("firstPort", target.ports().first())
          .bind("lastPort", target.ports().last())
          .execute();
    }
  }

  void delete(Transaction tx, long id) {
    tx.handle().createUpdate("DELETE FROM services WHERE id = :id").bind("id", id).execute();
  }

  private static List<CatalogService> joined(List<Row> rows) {
    var byId = new LinkedHashMap<Long, List<Row>>();
    rows.forEach(row -> byId.computeIfAbsent(row.id(), _ -> new ArrayList<>()).add(row));
    return byId.values().stream()
        .map(all ->
            new CatalogService(
                all.getFirst().id(),
                all.getFirst().spec(),
                all.stream().map(Row::target).toList(),
                all.getFirst().createdAt()))
        .toList();
  }

  private static Row toRow(ResultSet row) throws SQLException {
    long idleMs = row.getLong("idle_limit_ms");
    @Nullable Duration idle = row.wasNull() ? null : Duration.ofMillis(idleMs);
    var spec =
        new ServiceSpec(
            row.getString("name"),
            row.getString("hostname"),
            row.getString("description"),
            Protocol.parse(row.getString("protocol")),
            idle,
            Duration.ofMillis(row.getLong("hard_limit_ms")));
    var target =
        new Target(
            Prefix.parse(row.getString("prefix")),
            Protocol.parse(row.getString("target_protocol")),
            new PortRange(row.getInt("first_port"), row.getInt("last_port")));
    return new Row(
        row.getLong("id"), spec, Instant.ofEpochMilli(row.getLong("created_at_ms")), target);
  }
}
