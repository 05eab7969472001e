package io.aegis.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementBuilderFactory;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.UnableToCreateStatementException;
import org.jspecify.annotations.Nullable;

/**
 * Statements that stay prepared while their connection lives. SQLite compiles a statement whenever
 * it is prepared, which takes longer than most of ours take to run, and neither the driver nor the
 * pool keeps them.
 *
 * <p>Safe for any number of threads, as the connections of a pool are: each is used by one at a
 * time.
 */
final class PreparedStatements implements StatementBuilderFactory {

  /** More than there are statements in the program; for those whose text is put together. */
  private static final int MOST_KEPT = 200;

  private final Map<Connection, StatementBuilder> builders = new ConcurrentHashMap<>();

  PreparedStatements() {}

  @Override
  public StatementBuilder createStatementBuilder(Connection connection) {
    try {
      // The driver's own: of a connection that comes back to the pool, all statements are closed.
      Connection own = connection.unwrap(Connection.class);
      StatementBuilder known = builders.get(own);
      return known == null ? begin(own) : known;
    } catch (SQLException e) {
      throw new UnableToCreateStatementException("unwrapping a pooled connection", e, null);
    }
  }

  private StatementBuilder begin(Connection own) {
    // One that the pool gave up for this one would keep its statements for ever.
    builders.keySet().removeIf(PreparedStatements::isClosed);
    return builders.computeIfAbsent(own, Kept::new);
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      throw new UnableToCreateStatementException("asking a connection if it is closed", e, null);
    }
  }

  /** Returns of how many connections statements are kept. */
  int connections() {
    return builders.size();
  }

  /** Those of one connection. A statement in use is not among them. */
  private static final class Kept extends DefaultStatementBuilder {
    private final Connection connection;
    private final LinkedHashMap<String, PreparedStatement> idle =
        new LinkedHashMap<>(MOST_KEPT, 0.75f, true);

    Kept(Connection connection) {
      this.connection = connection;
    }

    @Override
    public PreparedStatement create(Connection pooled, String sql, StatementContext context)
        throws SQLException {
      if (context.isReturningGeneratedKeys() || context.isConcurrentUpdatable()) {
        return super.create(pooled, sql, context);
      }
      PreparedStatement kept = idle.remove(sql);
      return kept == null ? connection.prepareStatement(sql) : kept;
    }

    @Override
    public void close(Connection pooled, String sql, Statement statement) throws SQLException {
      if (statement instanceof PreparedStatement prepared
          && connection.equals(prepared.getConnection())
          && isUsable(prepared)) {
        drop(idle.put(sql, prepared));
        if (idle.size() > MOST_KEPT) {
          drop(idle.pollFirstEntry().getValue());
        }
      } else {
        super.close(pooled, sql, statement);
      }
    }

    /** Clears it. The driver gives up a statement that failed, without calling it closed. */
    private static boolean isUsable(PreparedStatement statement) {
      try {
        statement.clearParameters();
        return !statement.isClosed();
      } catch (SQLException e) {
        return false;
      }
    }

    private static void drop(@Nullable PreparedStatement statement) throws SQLException {
      if (statement != null) {
        statement.close();
      }
    }
  }
}
