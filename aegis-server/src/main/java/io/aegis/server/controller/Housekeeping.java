package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.identity.Affected;
import io.aegis.server.identity.SessionExpiry;
import io.aegis.server.identity.StillOpen;
import io.aegis.server.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what nobody asks for: ends what time has ended, extends what may go on, forgets what nobody
 * needs. All of it only tidies up or keeps open: without it the kernel closes everything by itself.
 *
 * <p>{@link #start} and {@link #close} are called by one thread; {@link #run} by any.
 */
public final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  /** How long a run that is under way may go on after the stop. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final Database database;
  private final CurrentPolicy policy;
  private final Reevaluation reevaluation;
  private final SessionExpiry expiry;
  private final Sweep sweep;
  private final ControllerConfig config;
  private @Nullable ScheduledExecutorService thread;

  @Inject
  Housekeeping(
      Database database,
      CurrentPolicy policy,
      Reevaluation reevaluation,
      SessionExpiry expiry,
      Sweep sweep,
      ControllerConfig config) {
    this.database = database;
    this.policy = policy;
    this.reevaluation = reevaluation;
    this.expiry = expiry;
    this.sweep = sweep;
    this.config = config;
  }

  /**
   * Puts the policy of the database in force, ends what it does not permit and what an earlier
   * process left half open, extends the rest, and begins to run now and then on a thread of its
   * own. The database is open; neither users nor gateways are served yet: a gateway that came
   * before would be told soft expiries that passed while no controller ran.
   *
   * @throws io.aegis.server.store.StoreException if the database fails; nothing runs
   */
  public void start() {
    database.<Boolean>read(tx -> {
      policy.load(tx);
      return true;
    });
    CompletableFuture<Optional<StillOpen>> _ =
        database.write(tx -> reevaluation.peopleChanged(tx, new Affected.Everything()));
    run();
    long intervalMs = config.housekeepingInterval().toMillis();
    var executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("aegis-housekeeping").daemon().factory());
    thread = executor;
    var _ =
        executor.scheduleWithFixedDelay(
            this::runAndSurvive, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  private void runAndSurvive() {
    try {
      run();
    } catch (RuntimeException e) {
      LOG.error("event=housekeeping-failed", e); // the next run tries again
    }
  }

  /** Does everything that is due now. */
  public void run() {
    expiry.run();
    sweep.endOver();
    sweep.withdrawOrphans();
    sweep.extend();
    sweep.forgetOldChanges();
  }

  /** Stops running; a run that is under way is waited for, for a while. */
  @Override
  public void close() {
    ScheduledExecutorService stopping = thread;
    thread = null;
    if (stopping == null) {
      return;
    }
    stopping.shutdown();
    try {
      if (!stopping.awaitTermination(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        stopping.shutdownNow();
      }
    } catch (InterruptedException e) {
      stopping.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
