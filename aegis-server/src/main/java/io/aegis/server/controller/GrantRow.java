package io.aegis.server.controller;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.server.sync.DesiredGrant;
import io.aegis.server.sync.GrantChange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** A grant as columns, and back. */
final class GrantRow {
  private GrantRow() {}

  /** Names are those of the parameters in {@link GrantStore}. */
  static Map<String, @Nullable Object> columns(DesiredGrant desired) {
    Grant grant = desired.grant();
    Target target = grant.target();
    Duration idle = grant.idle();
    var columns = new HashMap<String, @Nullable Object>();
    columns.put("id", grant.id().value());
    columns.put("version", desired.version());
    columns.put("policyVersion", desired.policyVersion());
    columns.put("issuedAtMs", desired.issuedAt().toEpochMilli());
    columns.put("client", grant.client().toString());
    columns.put("prefix", target.prefix().toString());
    columns.put("protocol", target.protocol().toString());
    columns.put("firstPort", target.ports().first());
    columns.put("lastPort", target.ports().last());
    columns.put("hardExpiryMs", grant.hardExpiry().toEpochMilli());
    columns.put("softExpiryMs", grant.softExpiry().toEpochMilli());
    columns.put("idleLimitMs", idle == null ? null : idle.toMillis());
    columns.put("mode", grant.mode().name().toLowerCase(Locale.ROOT));
    columns.put("needsLease", grant.needsLease());
    return columns;
  }

  static DesiredGrant toDesired(ResultSet row, StatementContext ctx) throws SQLException {
    long idleMs = row.getLong("idle_limit_ms");
    @Nullable Duration idle = row.wasNull() ? null : Duration.ofMillis(idleMs);
    var grant =
        new Grant(
            new GrantId(row.getLong("id")),
            IpAddress.parse(row.getString("client")),
            toTarget(row),
            Instant.ofEpochMilli(row.getLong("hard_expiry_ms")),
            Instant.ofEpochMilli(row.getLong("soft_expiry_ms")),
            idle,
            EnforcementMode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
            row.getBoolean("needs_lease"));
    return new DesiredGrant(
        grant,
        row.getLong("version"),
        row.getLong("policy_version"),
        Instant.ofEpochMilli(row.getLong("issued_at_ms")));
  }

  static GrantChange toChange(ResultSet row, StatementContext ctx) throws SQLException {
    long revision = row.getLong("revision");
    return row.getString("kind").equals("put")
        ? new GrantChange.Put(revision, toDesired(row, ctx))
        : new GrantChange.Removed(revision, new GrantId(row.getLong("id")), toTarget(row));
  }

  private static Target toTarget(ResultSet row) throws SQLException {
    return new Target(
        Prefix.parse(row.getString("prefix")),
        Protocol.parse(row.getString("protocol")),
        new PortRange(row.getInt("first_port"), row.getInt("last_port")));
  }
}
