package io.aegis.server.store;

import io.aegis.server.store.StoreException.Kind;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.jspecify.annotations.Nullable;

/** The tables, migrated forward from whatever older version made them. */
final class Schema {
  private Schema() {}

  /** Brings the file to the newest schema that this version knows; refuses one from the future. */
  static void migrate(StoreConfig config, String url, Map<String, String> properties) {
    Flyway flyway =
        Flyway.configure()
            .dataSource(url, "", "")
            .jdbcProperties(properties)
            .locations("classpath:db/migration")
            .failOnMissingLocations(true)
            .validateMigrationNaming(true)
            .load();
    try {
      refuseNewer(config, flyway.info());
      flyway.migrate();
    } catch (FlywayException e) {
      throw new StoreException(
          Kind.UNUSABLE,
          "cannot bring database "
              + config.file()
              + " up to date: it is damaged, not ours, or its storage fails; nothing was changed;"
              + " restore a backup or choose another data.directory",
          e);
    }
  }

  private static void refuseNewer(StoreConfig config, MigrationInfoService info) {
    @Nullable MigrationInfo newest = null;
    for (MigrationInfo migration : info.applied()) {
      if (migration.getState().isResolved() || migration.getVersion() == null) {
        continue;
      }
      newest = migration;
    }
    if (newest != null) {
      throw new StoreException(
          Kind.NEWER,
          "database "
              + config.file()
              + " was written by a newer version of aegis (its schema is "
              + newest.getVersion()
              + "): start that version, or restore a backup from before the upgrade",
          null);
    }
  }
}
