package io.aegis.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements are prepared once, and one that is kept is as good as a new one. */
final class PreparedStatementsTest {
  private static final String INSERT = "INSERT INTO meta (key, value) VALUES (:key, :value)";
  private static final String READ = "SELECT value FROM meta WHERE key LIKE 'x%' ORDER BY key";

  @TempDir private Path directory;
  private Database database;

  @BeforeEach
  void open() {
    database =
        new Database(
            StoreConfig.in(directory), InstantSource.fixed(Instant.parse("2026-03-02T08:00:00Z")));
    database.open();
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** Notes which statement of the driver ran. */
  private record Seen(List<PreparedStatement> statements) implements StatementCustomizer {
    @Override
    public void beforeExecution(PreparedStatement statement, StatementContext context) {
      statements.add(statement);
    }
  }

  private void put(String key, long value) {
    database.write(
        tx -> tx.handle().createUpdate(INSERT).bind("key", key).bind("value", value).execute());
  }

  private List<Long> values() {
    return database.write(tx -> tx.handle().createQuery(READ).mapTo(Long.class).list());
  }

  @Test
  void statement_usedAgain_isPreparedOnce() {
    var seen = new Seen(new ArrayList<>());
    for (int i = 0; i < 3; i++) {
      database.<Boolean>write(tx -> {
        tx.handle().createQuery(READ).addCustomizer(seen).mapTo(Long.class).list();
        return true;
      });
    }
    assertThat(seen.statements()).hasSize(3);
    assertThat(seen.statements().get(1)).isSameAs(seen.statements().getFirst());
    assertThat(seen.statements().get(2)).isSameAs(seen.statements().getFirst());
  }

  @Test
  void statement_usedInsideItself_isPreparedTwice() {
    put("x1", 1);
    put("x2", 2);
    List<List<Long>> nested =
        database.write(tx ->
            tx.handle()
                .createQuery(READ)
                .map((row, _) -> tx.handle().createQuery(READ).mapTo(Long.class).list())
                .list());
    assertThat(nested).containsExactly(List.of(1L, 2L), List.of(1L, 2L));
  }

  @Test
  void statement_thatFailed_worksAgain() {
    put("x1", 1);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> put("x1", 2)).isInstanceOf(JdbiException.class);
      assertThatThrownBy(() ->
              database.write(tx ->
                  tx.handle()
                      .createUpdate(INSERT)
                      .bind("key", "x9")
                      .bind("value", "no number")
                      .execute()))
          .isInstanceOf(JdbiException.class);
    }
    put("x2", 2);
    assertThat(values()).containsExactly(1L, 2L);
  }

  @Test
  void parameters_ofTheLastUse_areForgotten() {
    put("x1", 1);
    assertThatThrownBy(() ->
            database.write(tx -> tx.handle().createUpdate(INSERT).bind("key", "x2").execute()))
        .isInstanceOf(JdbiException.class);
    assertThat(values()).containsExactly(1L);
  }

  @Test
  void query_notReadToItsEnd_holdsNoSnapshot() throws SQLException {
    put("x1", 1);
    put("x2", 2);
    assertThat(database.<Long>read(tx -> tx.handle().createQuery(READ).mapTo(Long.class).first()))
        .isEqualTo(1L);
    put("x0", 0);
    // Whoever still read the old snapshot would keep the log from being emptied.
    int busy;
    try (Connection beside =
            DriverManager.getConnection("jdbc:sqlite:" + StoreConfig.in(directory).file());
        Statement statement = beside.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      busy = row.getInt(1);
    }
    assertThat(busy).isZero();
    assertThat(database.<Long>read(tx -> tx.handle().createQuery(READ).mapTo(Long.class).first()))
        .isEqualTo(0L);
  }

  @Test
  void statements_ofManyTexts_areNotAllKept() {
    for (int i = 0; i < 1_000; i++) {
      long expected = i;
      assertThat(
              database.<Long>read(
                  tx -> tx.handle().createQuery("SELECT " + expected).mapTo(Long.class).one()))
          .isEqualTo(expected);
    }
  }

  @Test
  void connection_thatIsClosed_isForgottenWhenAnotherComes() throws SQLException {
    String url = "jdbc:sqlite:" + StoreConfig.in(directory).file();
    var statements = new PreparedStatements();
    for (int i = 0; i < 5; i++) {
      try (Connection each = DriverManager.getConnection(url)) {
        assertThat(statements.createStatementBuilder(each))
            .isSameAs(statements.createStatementBuilder(each));
        assertThat(statements.connections()).isEqualTo(1);
      }
    }
  }
}
