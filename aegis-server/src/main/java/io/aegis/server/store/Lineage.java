package io.aegis.server.store;

import java.time.Instant;

/**
 * What sets a database apart from every other one that the same gateways may have known: an epoch
 * that is higher than those of databases made before, and grant ids that none of them gave away.
 */
final class Lineage {

  /** Ids a lineage can give away per second of its life before a later one could meet them. */
  private static final long IDS_PER_SECOND = 1000;

  /** 2023-11-14, before there was any database: keeps ids short enough to be read by people. */
  private static final long FIRST_SECOND = 1_700_000_000;

  private Lineage() {}

  /** Begins a lineage in a database that has none; returns whether it did. */
  static boolean begin(Transaction tx, Instant now) {
    boolean begun =
        tx.handle()
            .createQuery("SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'epoch')")
            .mapTo(Boolean.class)
            .one();
    if (begun) {
      return false;
    }
    put(tx, "epoch", now.toEpochMilli());
    put(tx, "revision", 0);
    put(tx, "policy_version", 1);
    tx.handle()
        .createUpdate("INSERT INTO sqlite_sequence (name, seq) VALUES ('grants', :seed)")
        .bind("seed", Math.max(0, now.getEpochSecond() - FIRST_SECOND) * IDS_PER_SECOND)
        .execute();
    return true;
  }

  private static void put(Transaction tx, String key, long value) {
    tx.handle()
        .createUpdate("INSERT INTO meta (key, value) VALUES (:key, :value)")
        .bind("key", key)
        .bind("value", value)
        .execute();
  }
}
