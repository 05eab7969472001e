package io.aegis.server.agent;

import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.wire.SealVerifier;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent on a gateway. {@link #start} enforces before any controller is dialed; {@link #close}
 * lets go of the enforcer, which goes on enforcing if it can.
 *
 * <p>Thread-safe.
 */
public final class AgentRuntime implements AutoCloseable {

  private static final String STAYS =
      "\"what is open stays open until it expires, all else stays shut;"
          + " 'aegis agent detach' frees the interfaces\"";
  private static final String STAYS_AUDITED =
      "\"interfaces in audit mode go on admitting everything but malformed frames, the others only"
          + " what is open, until it expires; 'aegis agent detach' frees the interfaces\"";
  private static final String ENDS = "\"nothing is enforced any longer\"";
  private static final Logger LOG = LoggerFactory.getLogger(AgentRuntime.class);

  private static final long STOP_PATIENCE_SECONDS = 5;

  private final AgentConfig config;
  private final EnforcerProvider provider;
  private final List<Controller> controllers;
  private final SealVerifier verifier;
  private final AgentEnvironment environment;
  private final ControllerClock clock;

  private @Nullable StateDirectory directory;
  private @Nullable Ledger ledger;
  private volatile @Nullable Enforcer enforcer;
  private @Nullable ScheduledThreadPoolExecutor thread;
  private volatile @Nullable AgentLoop loop;
  private volatile @Nullable Trial trial;
  private @Nullable ControlSocket control;

  /**
   * Makes an agent that does nothing yet.
   *
   * @param config what to protect, and how
   * @param provider opens the enforcer
   * @param controllers the controllers to dial, one after the other; at least one
   * @param verifier knows the keys with which grants are sealed
   * @param environment the machine
   * @throws IllegalArgumentException if there is no controller
   */
  public AgentRuntime(
      AgentConfig config,
      EnforcerProvider provider,
      List<Controller> controllers,
      SealVerifier verifier,
      AgentEnvironment environment) {
    this.config = config;
    this.provider = provider;
    this.controllers = List.copyOf(controllers);
    this.verifier = verifier;
    this.environment = environment;
    this.clock = new ControllerClock(environment.wall(), environment.bootNanos());
    if (controllers.isEmpty()) {
      throw new IllegalArgumentException("an agent needs the address of at least one controller");
    }
  }

  /**
   * Enforces, then begins to dial. Called once.
   *
   * @throws IOException if the state directory cannot be used; nothing is enforced
   * @throws io.aegis.enforcer.spi.EnforcerException if it cannot be enforced, or if that would lock
   *     the operator out; nothing is running then
   */
  public synchronized void start() throws IOException {
    try {
      AgentCheck.check(config, provider, controllers, environment);
      directory = StateDirectory.open(config.stateDirectory());
      ledger = Ledger.open(directory);
      Enforcer opened = openEnforcer(new Confirmed(directory, config));
      control = ControlSocket.open(config.stateDirectory(), new OperatorCommands(this));
      begin(directory, ledger, opened);
    } catch (IOException | RuntimeException e) {
      closeInto(e);
      throw e;
    }
  }

  // The time to confirm runs from the first moment in which somebody may be cut off.
  private Enforcer openEnforcer(Confirmed confirmed) throws IOException {
    Duration patience = config.commitConfirm();
    if (patience == null || confirmed.isNoted()) {
      Enforcer opened = provider.open(config.enforcerSettings(clock));
      enforcer = opened;
      trial = Trial.none(opened);
      return opened;
    }
    Enforcer opened = provider.openUnconfirmed(config.enforcerSettings(clock));
    enforcer = opened;
    trial = Trial.begin(opened, patience, environment.bootNanos(), outcome(confirmed));
    return opened;
  }

  private Trial.Outcome outcome(Confirmed confirmed) {
    return new Trial.Outcome() {
      @Override
      public void confirmed() throws IOException {
        confirmed.note();
      }

      @Override
      public void givenUp() {
        abandon();
      }
    };
  }

  /** Nobody confirmed: nothing is enforced any more, and nothing is to be done about it. */
  private synchronized void abandon() {
    stopThread();
  }

  /** The protected interfaces in words, their modes included. */
  String protectedInterfaces() {
    return config.protectedInterfaces();
  }

  /** Which enforcer is open; null for none. */
  @Nullable Enforcer enforcer() {
    return enforcer;
  }

  /** What is known about a confirmation; null before the start. */
  @Nullable Trial trial() {
    return trial;
  }

  /** How it stands, without waiting for a start or a stop; null before the start. */
  @Nullable AgentStatus statusNow() {
    AgentLoop running = loop;
    return running == null ? null : running.status();
  }

  private void begin(StateDirectory where, Ledger known, Enforcer opened) throws IOException {
    var machine = new AgentParts.Machine(where.installation(), clock, environment);
    AgentParts parts = AgentParts.of(config, opened, known, verifier, machine);
    new Adoption(parts, config.envelope()).run();
    var single =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().name("aegis-agent").factory(),
            // What a controller in this process still says after the stop is heard by nobody.
            new ThreadPoolExecutor.DiscardPolicy());
    single.setRemoveOnCancelPolicy(true);
    single.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread = single;
    var made = new AgentLoop(single, parts, controllers, new Backoff(environment.random()));
    loop = made;
    single.execute(made::begin);
    LOG.info(
        "gateway={} event=enforcing enforcer={} interfaces=\"{}\" grants={}",
        config.name(),
        provider.name(),
        config.protectedInterfaces(),
        parts.state().all().size());
  }

  /**
   * Returns how this agent stands.
   *
   * @return a snapshot
   * @throws IllegalStateException before {@link #start}
   */
  public synchronized AgentStatus status() {
    AgentStatus now = statusNow();
    if (now == null) {
      throw new IllegalStateException("the agent has not started");
    }
    return now;
  }

  /** Runs a check of the kernel now, and returns when it is done; for tests. */
  void checkDriftNow() throws InterruptedException, ExecutionException {
    AgentLoop running;
    ScheduledThreadPoolExecutor on;
    synchronized (this) {
      running = java.util.Objects.requireNonNull(loop);
      on = java.util.Objects.requireNonNull(thread);
    }
    on.submit(
            () -> {
              running.checkDrift();
              return null;
            })
        .get();
  }

  /** Stops dialing and lets go of the enforcer. Closing twice is harmless. */
  @Override
  public synchronized void close() {
    if (control != null) {
      control.close();
      control = null;
    }
    Trial running = trial;
    if (running != null) {
      running.close();
    }
    stopThread();
    Enforcer opened = enforcer;
    if (opened != null) {
      // What was given up is closed already.
      boolean stays =
          running != null
              && running.state() == Trial.State.CONFIRMED
              && opened.capabilities().contains(Capability.SURVIVES_RESTART);
      opened.close();
      enforcer = null;
      LOG.info("gateway={} event=stopped then={}", config.name(), stays ? whatStays() : ENDS);
    }
    try {
      if (ledger != null) {
        ledger.close();
        ledger = null;
      }
    } catch (IOException e) {
      LOG.warn("event=ledger-close-failed", e);
    }
    if (directory != null) {
      directory.close();
      directory = null;
    }
  }

  private String whatStays() {
    return config.isAudited() ? STAYS_AUDITED : STAYS;
  }

  private void stopThread() {
    AgentLoop running = loop;
    if (thread == null || running == null) {
      return;
    }
    try {
      @Nullable ManagedChannel channel =
          thread.submit(running::stop).get(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (channel != null) {
        channel.awaitTermination(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      // Not by an interrupt, if it can be helped: that would close the ledger under a write.
      thread.shutdown();
      var _ = thread.awaitTermination(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("event=stop-slow", e);
    }
    thread.shutdownNow();
    thread = null;
  }

  private void closeInto(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
