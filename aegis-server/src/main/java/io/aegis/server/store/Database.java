package io.aegis.server.store;

import com.google.inject.Inject;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.aegis.server.store.StoreException.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one SQLite file of a controller. Writes run one after the other on one connection, so that
 * revisions are numbered in commit order; reads run beside them, each on a snapshot of its own.
 * What a write changed is on disk when it returns.
 *
 * <p>Safe for any number of threads between {@link #open} and {@link #close}. A transaction inside
 * another is refused: it would wait for itself, or read a past that its caller has changed.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** How long a read waits for others to end before it is refused. */
  private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(10);

  private final StoreConfig config;
  private final InstantSource clock;
  private final ReentrantLock writing = new ReentrantLock(true);
  private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
  private volatile @Nullable Opened opened;
  private volatile boolean madeNow;

  private record Opened(
      DataDirectory directory,
      HikariDataSource writer,
      HikariDataSource reader,
      Jdbi write,
      Jdbi read) {}

  /**
   * Makes a database that is not open.
   *
   * @param config where it is
   * @param clock the time, which names the lineage of a new database
   */
  @Inject
  Database(StoreConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * Makes or takes the data directory, migrates the file and opens it.
   *
   * @throws StoreException if any of this cannot be done; nothing is left open
   * @throws IllegalStateException if it is open
   */
  public void open() {
    if (opened != null) {
      throw new IllegalStateException("the database is open");
    }
    DataDirectory directory = DataDirectory.take(config);
    try {
      opened = connect(directory);
      madeNow = this.<Boolean>write(tx -> Lineage.begin(tx, clock.instant()));
    } catch (RuntimeException e) {
      disconnect(e);
      try {
        directory.close();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /**
   * Returns whether there was no database before.
   *
   * @return true if {@link #open} made it
   */
  public boolean isMadeNow() {
    return madeNow;
  }

  private void disconnect(RuntimeException reason) {
    Opened closing = opened;
    opened = null;
    if (closing != null) {
      try {
        closing.reader().close();
        closing.writer().close();
      } catch (RuntimeException e) {
        reason.addSuppressed(e);
      }
    }
  }

  private Opened connect(DataDirectory directory) {
    String url = "jdbc:sqlite:" + config.file();
    Schema.migrate(config, url, properties(true));
    HikariDataSource writer = pool("aegis-write", url, 1, true);
    try {
      HikariDataSource reader = pool("aegis-read", url, config.readers(), false);
      return new Opened(directory, writer, reader, jdbi(writer), jdbi(reader));
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private static Jdbi jdbi(HikariDataSource pool) {
    Jdbi jdbi = Jdbi.create(pool);
    jdbi.setStatementBuilderFactory(new PreparedStatements());
    return jdbi;
  }

  /** The one place that says how a connection is set. */
  private Map<String, String> properties(boolean writes) {
    var properties = new HashMap<String, String>();
    properties.put("journal_mode", "WAL");
    properties.put("synchronous", "FULL"); // what was acknowledged survives a loss of power too
    properties.put("foreign_keys", "true");
    properties.put("busy_timeout", Long.toString(config.busyTimeout().toMillis()));
    // A writer that began as a reader could find its snapshot outdated, which no waiting cures.
    properties.put("transaction_mode", writes ? "IMMEDIATE" : "DEFERRED");
    return properties;
  }

  private HikariDataSource pool(String name, String url, int size, boolean writes) {
    var pool = new HikariConfig();
    pool.setPoolName(name);
    pool.setJdbcUrl(url);
    properties(writes).forEach(pool::addDataSourceProperty);
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(size);
    pool.setConnectionTimeout(CONNECTION_PATIENCE.toMillis());
    pool.setMaxLifetime(0); // a connection to a file does not age
    if (!writes) {
      pool.setConnectionInitSql("PRAGMA query_only = ON");
    }
    return new HikariDataSource(pool);
  }

  /**
   * Runs work that only reads, on one consistent snapshot.
   *
   * @param <T> what it returns
   * @param work reads; a statement that writes fails
   * @return what the work returned
   * @throws StoreException of kind {@code UNAVAILABLE} if the storage fails
   */
  public <T> T read(Function<Transaction, T> work) {
    if (inside.get()) {
      throw new IllegalStateException("a transaction inside a transaction");
    }
    return inTransaction(
        () -> current().read().inTransaction(handle -> work.apply(new Transaction(handle, null))));
  }

  /**
   * Runs work that may write. When it returns, everything is on disk and the hooks have run; when
   * it throws, nothing was changed and no hook runs. A hook may read, and may not write.
   *
   * @param <T> what it returns
   * @param work reads and writes
   * @return what the work returned
   * @throws StoreException of kind {@code UNAVAILABLE} if the storage fails; nothing was changed
   */
  public <T> T write(Function<Transaction, T> work) {
    refuseNested();
    writing.lock();
    try {
      var hooks = new ArrayList<Runnable>();
      T result =
          inTransaction(() ->
              current()
                  .write()
                  .inTransaction(handle -> work.apply(new Transaction(handle, hooks))));
      runAll(hooks);
      return result;
    } finally {
      writing.unlock();
    }
  }

  private static void runAll(List<Runnable> hooks) {
    for (Runnable hook : hooks) {
      try {
        hook.run();
      } catch (RuntimeException e) {
        LOG.error("event=after-commit-failed", e); // it is committed: the caller must hear so
      }
    }
  }

  private void refuseNested() {
    if (inside.get() || writing.isHeldByCurrentThread()) {
      throw new IllegalStateException("a transaction inside a transaction");
    }
  }

  private <T> T inTransaction(Supplier<T> work) {
    inside.set(true);
    try {
      return work.get();
    } catch (JdbiException e) {
      throw translated(e);
    } finally {
      inside.remove();
    }
  }

  private Opened current() {
    Opened current = opened;
    if (current == null) {
      throw new IllegalStateException("the database is not open");
    }
    return current;
  }

  private static RuntimeException translated(JdbiException e) {
    if (e instanceof ConnectionException) {
      return unavailable(e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isTheStorage(sql.getErrorCode())) {
        return unavailable(e);
      }
    }
    return e;
  }

  private static StoreException unavailable(JdbiException e) {
    return new StoreException(
        Kind.UNAVAILABLE,
        "the database cannot be used now (full, locked, read-only or failing storage); nothing was"
            + " changed; try again later",
        e);
  }

  /**
   * Result codes of SQLite (sqlite.org/rescode.html) that tell of the storage, not of a statement.
   */
  private static boolean isTheStorage(int code) {
    return switch (code & 0xFF) {
      case 5, 6, 8, 10, 11, 13, 14, 26 ->
          true; // busy locked readonly ioerr corrupt full cantopen notadb
      default -> false;
    };
  }

  /**
   * Closes every connection and lets another process have the directory. Closing twice is harmless.
   */
  @Override
  public void close() {
    Opened closing = opened;
    opened = null;
    if (closing != null) {
      closing.reader().close();
      closing.writer().close();
      closing.directory().close();
    }
  }
}
