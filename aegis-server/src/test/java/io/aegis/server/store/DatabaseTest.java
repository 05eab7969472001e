package io.aegis.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.server.store.StoreException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database file: who may have it, and what a transaction promises. */
final class DatabaseTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-02T08:00:00Z"));

  @TempDir private Path directory;

  private Database database(Path where) {
    return new Database(StoreConfig.in(where), CLOCK);
  }

  private static String message(Database database) {
    try {
      database.open();
    } catch (StoreException e) {
      return String.valueOf(e.getMessage());
    }
    database.close();
    throw new AssertionError("it opened");
  }

  @Test
  void open_inANewDirectory_makesFilesForThisUserAlone() throws Exception {
    Path data = directory.resolve("a/b");
    try (Database database = database(data)) {
      database.open();
      write(database, "x", 1);

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
          .isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(data)) {
        assertThat(files)
            .isNotEmpty()
            .allSatisfy(file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void open_inADirectoryThatCannotBeMade_saysSoOnOneLine() {
    assertThat(message(database(Path.of("/proc/aegis-data"))))
        .startsWith("cannot make data directory /proc/aegis-data (")
        .doesNotContain("\n");
  }

  @Test
  void open_whereAFileIs_saysSoOnOneLine() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(message(database(file))).startsWith("cannot make data directory " + file);
  }

  @Test
  void open_withALockFileThatOthersCanRead_letsThemTakeNoLock() throws Exception {
    Path lock = Files.createFile(directory.resolve("aegis.lock"));
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
    try (Database database = database(directory)) {
      database.open();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void open_inADirectoryOthersCanWrite_isRefused() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(message(database(directory)))
        .contains("can be written by others")
        .contains("chmod 700");
  }

  @Test
  void open_whatAnotherOneUses_isRefused() {
    try (Database first = database(directory)) {
      first.open();

      assertThat(message(database(directory))).contains("is used by another controller");
    }
    try (Database next = database(directory)) {
      next.open();
    }
  }

  @Test
  void open_aDatabaseFromANewerVersion_isRefusedAndUntouched() throws Exception {
    try (Database database = database(directory)) {
      database.open();
    }
    Path file = directory.resolve("aegis.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO flyway_schema_history
                 (installed_rank, version, description, type, script, checksum, installed_by,
                  execution_time, success)
          VALUES (99, '007', 'from the future', 'SQL', 'V007__x.sql', 1, '', 1, 1)
          """);
    }
    byte[] before = Files.readAllBytes(file);

    assertThat(message(database(directory)))
        .contains("was written by a newer version of aegis (its schema is 007)")
        .contains("start that version")
        .doesNotContain("\n");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void open_aFileThatIsNoDatabase_isRefused() throws Exception {
    Files.writeString(directory.resolve("aegis.db"), "I am a text file. ".repeat(500));

    assertThat(message(database(directory)))
        .startsWith("cannot bring database")
        .contains("restore a backup");
  }

  @Test
  void open_again_keepsTheLineage() {
    List<Long> epochs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (Database database = database(directory)) {
        database.open();
        epochs.add(read(database, "epoch"));
      }
    }
    assertThat(epochs).containsOnly(CLOCK.instant().toEpochMilli());
  }

  @Test
  void write_thatFails_changesNothingAndRunsNoHook() {
    try (Database database = database(directory)) {
      database.open();
      var ran = new ArrayList<String>();

      assertThatThrownBy(() ->
              database.write(tx -> {
                put(tx, "x", 1);
                tx.afterCommit(() -> ran.add("hook"));
                throw new IllegalArgumentException("no");
              }))
          .hasMessage("no");
      assertThat(database.<Boolean>read(tx -> has(tx, "x"))).isFalse();
      assertThat(ran).isEmpty();
    }
  }

  @Test
  void write_byManyThreads_runsHooksInCommitOrder() {
    try (Database database = database(directory)) {
      database.open();
      var order = new ArrayList<Long>();
      CompletableFuture.allOf(
              IntStream.range(0, 100)
                  .mapToObj(_ ->
                      CompletableFuture.runAsync(
                          () -> count(database, order), Thread::startVirtualThread))
                  .toArray(CompletableFuture[]::new))
          .join();

      assertThat(order).hasSize(100).isSorted().doesNotHaveDuplicates();
    }
  }

  private static void count(Database database, List<Long> order) {
    database.<Long>write(tx -> {
      long revision =
          tx.handle()
              .createQuery(
                  """
                  UPDATE meta SET value = value + 1 WHERE key = 'revision' RETURNING value
                  """)
              .mapTo(Long.class)
              .one();
      tx.afterCommit(() -> order.add(revision));
      return revision;
    });
  }

  @Test
  void read_thatWrites_fails() {
    try (Database database = database(directory)) {
      database.open();

      assertThatThrownBy(() -> database.<Boolean>read(tx -> put(tx, "x", 1)))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
  }

  @Test
  void write_insideATransaction_isRefused() {
    try (Database database = database(directory)) {
      database.open();

      assertThatThrownBy(() -> database.read(_ -> database.<Boolean>read(_ -> true)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> database.write(_ -> database.<Boolean>write(_ -> true)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> database.write(_ -> database.<Boolean>read(_ -> true)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void read_besideAWriter_seesWhatWasCommittedBeforeItBegan() throws Exception {
    try (Database database = database(directory)) {
      database.open();
      boolean seen =
          database.read(tx -> {
            boolean before = has(tx, "x");
            CompletableFuture.runAsync(() -> write(database, "x", 1), Thread::startVirtualThread)
                .join();
            return before || has(tx, "x");
          });

      assertThat(seen).isFalse();
      assertThat(read(database, "x")).isEqualTo(1);
    }
  }

  private static void write(Database database, String key, long value) {
    database.<Boolean>write(tx -> put(tx, key, value));
  }

  private static boolean put(Transaction tx, String key, long value) {
    tx.handle()
        .createUpdate("INSERT INTO meta (key, value) VALUES (:key, :value)")
        .bind("key", key)
        .bind("value", value)
        .execute();
    return true;
  }

  private static boolean has(Transaction tx, String key) {
    return tx.handle()
        .createQuery("SELECT EXISTS (SELECT 1 FROM meta WHERE key = :key)")
        .bind("key", key)
        .mapTo(Boolean.class)
        .one();
  }

  private static long read(Database database, String key) {
    return database.<Long>read(tx ->
        tx.handle()
            .createQuery("SELECT value FROM meta WHERE key = :key")
            .bind("key", key)
            .mapTo(Long.class)
            .one());
  }
}
