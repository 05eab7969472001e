package io.aegis.server.controller;

import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import io.aegis.server.store.Transaction;
import io.aegis.server.sync.GatewayRegistry.Gateway;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Gateways in the database. Safe for any number of threads. */
final class GatewayStore {

  private record Name(String name, Instant lastSeen) {}

  GatewayStore() {}

  List<Gateway> all(Transaction tx) {
    return tx
        .handle()
        .createQuery("SELECT name, last_seen_ms FROM gateways ORDER BY name")
        .map((row, _) -> new Name(row.getString("name"), Instant.ofEpochMilli(row.getLong(2))))
        .list()
        .stream()
        .map(each ->
            new Gateway(
                each.name(), guards(tx, each.name()), addresses(tx, each.name()), each.lastSeen()))
        .toList();
  }

  private static Set<Prefix> guards(Transaction tx, String gateway) {
    return tx
        .handle()
        .createQuery("SELECT prefix FROM gateway_guards WHERE gateway = :gateway")
        .bind("gateway", gateway)
        .mapTo(String.class)
        .list()
        .stream()
        .map(Prefix::parse)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<IpAddress> addresses(Transaction tx, String gateway) {
    return tx
        .handle()
        .createQuery("SELECT address FROM gateway_addresses WHERE gateway = :gateway")
        .bind("gateway", gateway)
        .mapTo(String.class)
        .list()
        .stream()
        .map(IpAddress::parse)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The gateway that has an address itself, if there is one. */
  Optional<String> owner(Transaction tx, IpAddress address) {
    return tx.handle()
        .createQuery(
            "SELECT gateway FROM gateway_addresses WHERE address = :address ORDER BY gateway LIMIT 1")
        .bind("address", address.toString())
        .mapTo(String.class)
        .findOne();
  }

  void put(Transaction tx, Gateway gateway) {
    tx.handle()
        .createUpdate(
            """
            INSERT INTO gateways (name, last_seen_ms) VALUES (:name, :lastSeenMs)
            ON CONFLICT (name) DO UPDATE SET last_seen_ms = excluded.last_seen_ms
            """)
        .bind("name", gateway.name())
        .bind("lastSeenMs", gateway.lastSeen().toEpochMilli())
        .execute();
    clear(tx, gateway.name());
    var guards =
        tx.handle()
            .prepareBatch("INSERT INTO gateway_guards (gateway, prefix) VALUES (:name, :prefix)");
    gateway
        .guards()
        .forEach(each -> guards.bind("name", gateway.name()).bind("prefix", each.toString()).add());
    guards.execute();
    var addresses =
        tx.handle()
            .prepareBatch(
                "INSERT INTO gateway_addresses (gateway, address) VALUES (:name, :address)");
    gateway
        .addresses()
        .forEach(
            each -> addresses.bind("name", gateway.name()).bind("address", each.toString()).add());
    addresses.execute();
  }

  private static void clear(Transaction tx, String gateway) {
    tx.handle()
        .createUpdate("DELETE FROM gateway_guards WHERE gateway = :gateway")
        .bind("gateway", gateway)
        .execute();
    tx.handle()
        .createUpdate("DELETE FROM gateway_addresses WHERE gateway = :gateway")
        .bind("gateway", gateway)
        .execute();
  }
}
