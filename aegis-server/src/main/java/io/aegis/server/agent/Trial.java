package io.aegis.server.agent;

import io.aegis.enforcer.spi.Enforcer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which an operator confirms what is enforced, or it is taken away again. A thread of
 * its own keeps the time, so that nothing the agent waits for holds it up. Thread-safe.
 */
final class Trial implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Trial.class);

  /** How often the time since boot is looked at, and a detaching that failed is tried again. */
  private static final long LOOK_SECONDS = 1;

  private static final Outcome NOTHING =
      new Outcome() {
        @Override
        public void confirmed() {}

        @Override
        public void givenUp() {}
      };

  /** How it stands. */
  enum State {
    /** It ends with this process, and at the latest when the time is over. */
    WAITING,
    /** It outlives this process. */
    CONFIRMED,
    /** Nobody confirmed it in time: nothing is enforced any more. */
    GIVEN_UP,
    /** The agent has stopped. */
    ENDED
  }

  private final Enforcer enforcer;
  private final long deadlineBootNanos;
  private final LongSupplier bootNanos;
  private final Outcome outcome;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state; // guarded by lock

  /** What is to be done about how it ends. */
  interface Outcome {

    /**
     * It is about to be confirmed, or was confirmed before.
     *
     * @throws IOException if that cannot be remembered; it is not confirmed then
     */
    void confirmed() throws IOException;

    /** It was given up: nothing is enforced any more. */
    void givenUp();
  }

  private Trial(Enforcer enforcer, Duration patience, LongSupplier bootNanos, Outcome outcome) {
    this.enforcer = enforcer;
    this.bootNanos = bootNanos;
    this.deadlineBootNanos = bootNanos.getAsLong() + patience.toNanos();
    this.outcome = outcome;
    this.state = enforcer.isConfirmed() ? State.CONFIRMED : State.WAITING;
  }

  /**
   * Begins, unless it has been confirmed before.
   *
   * @param enforcer what is to be confirmed
   * @param patience how long an operator has
   * @param bootNanos nanoseconds since boot, time asleep included
   * @param outcome called by the thread that brings it about
   * @throws IOException if it was confirmed before, and that cannot be remembered
   */
  static Trial begin(Enforcer enforcer, Duration patience, LongSupplier bootNanos, Outcome outcome)
      throws IOException {
    var trial = new Trial(enforcer, patience, bootNanos, outcome);
    if (trial.state == State.WAITING) {
      LOG.warn(
          "event=unconfirmed seconds={} action=\"see that you can still reach this machine, by a new"
              + " connection, then run: aegis agent confirm\"",
          patience.toSeconds());
      Thread.ofPlatform().daemon().name("aegis-trial").start(trial::run);
    } else {
      outcome.confirmed();
      LOG.info("event=confirmed-before");
    }
    return trial;
  }

  /** What needs no confirmation. */
  static Trial none(Enforcer enforcer) {
    var trial = new Trial(enforcer, Duration.ZERO, () -> 0, NOTHING);
    trial.state = State.CONFIRMED;
    return trial;
  }

  State state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** How long an operator still has; zero when it does not matter any more. */
  Duration left() {
    long nanos = state() == State.WAITING ? deadlineBootNanos - bootNanos.getAsLong() : 0;
    return Duration.ofNanos(Math.max(0, nanos));
  }

  /**
   * Confirms.
   *
   * @return how it stands now; {@code CONFIRMED} unless it was too late
   * @throws io.aegis.enforcer.spi.EnforcerException if that failed; the time runs on
   * @throws IOException if it could not be remembered; the time runs on
   */
  State confirm() throws IOException {
    lock.lock();
    try {
      if (state == State.WAITING) {
        outcome.confirmed(); // first: pins end with a reboot, and nobody would confirm once more
        enforcer.confirm();
        state = State.CONFIRMED;
        changed.signalAll();
        LOG.info("event=confirmed");
      }
      return state;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    lock.lock();
    try {
      while (state == State.WAITING) {
        if (isOver() && givenUp()) {
          break;
        }
        var _ = changed.await(LOOK_SECONDS, TimeUnit.SECONDS);
      }
      if (state != State.GIVEN_UP) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by nobody: the process is ending
      return;
    } finally {
      lock.unlock();
    }
    outcome.givenUp();
  }

  // Whatever goes wrong here must not end the thread: it is the operator's way back in.
  private boolean isOver() {
    try {
      return left().isZero();
    } catch (RuntimeException e) {
      LOG.error("ALARM event=clock-failed action=\"the time to confirm cannot be told\"", e);
      return false;
    }
  }

  private boolean givenUp() {
    try {
      enforcer.detach();
      state = State.GIVEN_UP;
      LOG.error(
          "ALARM event=not-confirmed action=\"nothing is enforced any more: find out why nobody"
              + " confirmed, then restart the agent\"");
      return true;
    } catch (RuntimeException e) {
      LOG.error("ALARM event=detach-failed action=\"tried again each second\"", e);
      return false;
    }
  }

  /** Ends the wait; what was not confirmed ends with its enforcer. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (state == State.WAITING) {
        state = State.ENDED;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
