package io.aegis.server.agent;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.server.sync.Position;
import io.aegis.wire.WireCodec;
import io.aegis.wire.WireException;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.LeaseRenewal;
import io.aegis.wire.v1.Resume;
import io.aegis.wire.v1.Welcome;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent does, for ever: dials, takes what comes, reports, and looks after the kernel.
 *
 * <p>Everything here runs on the agent's one thread, gRPC's callbacks included, so nothing is
 * locked; {@link #status} alone may be read by anybody.
 */
final class AgentLoop implements ControllerLink.Handler {

  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

  static final Duration TURN = Duration.ofSeconds(1);
  static final Duration DRIFT_CHECK = Duration.ofSeconds(60);
  static final Duration ANSWER_PATIENCE = Duration.ofSeconds(10);
  private static final Duration NOTABLE_CLOCK_STEP = Duration.ofMinutes(1);

  private final ScheduledExecutorService thread;
  private final AgentParts parts;
  private final List<Controller> controllers;
  private final Backoff backoff;
  private final HealthWatch health;
  private final PartitionWatch partition;
  private final DriftCheck drift;
  private final Chores chores = new Chores();

  private @Nullable ControllerLink link;
  private @Nullable Session session;
  private @Nullable Future<?> redial;
  private boolean stopped;
  private int nextController;
  private long askedAtBootNanos;
  // When the link was dialed, or something came by it.
  private long aliveAtBootNanos;
  private long checkedAtBootNanos;
  private String lastTrouble = "";
  private volatile AgentStatus status;

  /** What a controller has granted with its Welcome. */
  private record Session(Reporter reporter, SessionTerms terms) {}

  AgentLoop(
      ScheduledExecutorService thread,
      AgentParts parts,
      List<Controller> controllers,
      Backoff backoff) {
    this.thread = thread;
    this.parts = parts;
    this.controllers = List.copyOf(controllers);
    this.backoff = backoff;
    this.health = new HealthWatch(parts.enforcer());
    this.partition = new PartitionWatch(parts.extender(), parts.clock(), parts.bootNanos());
    this.drift = new DriftCheck(parts);
    this.status = new AgentStatus(null, parts.clock().instant(), null, "", List.of());
  }

  AgentStatus status() {
    return status;
  }

  /** Begins; called once, on the agent's thread. */
  void begin() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::turn, TURN.toNanos(), TURN.toNanos(), TimeUnit.NANOSECONDS);
    checkedAtBootNanos = bootNanos();
    chores.run("health", this::lookAtHealth);
    dial();
  }

  /**
   * Ends the connection for good; called once, on the agent's thread, before that is stopped.
   *
   * @return the channel whose last callbacks still need the thread; null for none
   */
  @Nullable ManagedChannel stop() {
    stopped = true;
    ControllerLink current = link;
    link = null;
    if (current == null) {
      return null;
    }
    current.end(Status.CANCELLED.withDescription("the agent stops"));
    return current.channel();
  }

  private void dial() {
    if (stopped || link != null) {
      return;
    }
    Controller controller = controllers.get(Math.floorMod(nextController++, controllers.size()));
    ControllerLink fresh;
    try {
      aliveAtBootNanos = bootNanos();
      fresh = new ControllerLink(controller, controller.dialer().apply(thread), this);
    } catch (RuntimeException e) {
      LOG.error("controller={} event=dial-failed", controller.label(), e);
      redial();
      return;
    }
    link = fresh;
    fresh.open();
  }

  private void redial() {
    redial = thread.schedule(this::dial, backoff.next().toNanos(), TimeUnit.NANOSECONDS);
  }

  // Not earlier: what setting up the connection takes would make the controller's clock fast.
  @Override
  public void ready(ControllerLink which) {
    try {
      parts.applier().noteEnded();
      AgentMessage hello = parts.hello();
      askedAtBootNanos = bootNanos();
      which.send(hello);
    } catch (RuntimeException e) {
      LOG.error("controller={} event=hello-failed", which.label(), e);
      which.end(Status.INTERNAL.withDescription("Hello could not be written").withCause(e));
    }
  }

  @Override
  public void ended(ControllerLink which, Status how) {
    if (which != link) {
      return;
    }
    link = null;
    String trouble = which.label() + ": " + Troubles.explain(how);
    if (session != null || !trouble.equals(lastTrouble)) {
      LOG.warn("event=controller-lost {}", trouble);
    }
    lastTrouble = trouble;
    session = null;
    tell(null);
    redial();
  }

  /** Notes how the agent stands; {@code since} is kept while the controller is the same. */
  private void tell(@Nullable String controller) {
    boolean same = java.util.Objects.equals(controller, status.controller());
    status =
        new AgentStatus(
            controller,
            same && controller != null ? status.since() : parts.clock().instant(),
            parts.applied(),
            controller == null ? lastTrouble : "",
            health.last().problems());
  }

  @Override
  public void received(ControllerLink which, ControllerMessage message) throws IOException {
    aliveAtBootNanos = bootNanos();
    boolean welcome = message.getBodyCase() == ControllerMessage.BodyCase.WELCOME;
    if (welcome && session == null) {
      welcome(which, message.getWelcome());
    } else if (session == null) {
      throw malformed("the first message is Welcome, not " + message.getBodyCase());
    } else {
      dispatch(which, message);
    }
    if (session != null) {
      partition.heard();
    }
  }

  private static WireException malformed(String message) {
    return new WireException(WireException.Kind.MALFORMED, message);
  }

  private void welcome(ControllerLink which, Welcome welcome) throws IOException {
    if (!which.isGreeted()) {
      throw malformed("Welcome came before Hello was sent: its clock answers no question");
    }
    long epoch = welcome.getPosition().getEpoch();
    long known = parts.ledger().highestEpoch();
    if (epoch < 1 || epoch > Ledger.LAST_EPOCH) {
      throw malformed("its epoch is " + epoch + ", which is none");
    }
    if (epoch < known) {
      LOG.error(
          "ALARM controller={} event=old-epoch epoch={} known={} action=\"if the newer one was a"
              + " mistake, remove the agent's state directory\"",
          which.label(),
          epoch,
          known);
      which.end(
          Status.FAILED_PRECONDITION.withDescription(
              "its epoch is " + epoch + ", lower than one that was applied here"));
      return;
    }
    if (known > 0 && epoch > known) {
      LOG.warn("controller={} event=new-epoch epoch={} known={}", which.label(), epoch, known);
    }
    SessionTerms terms = SessionTerms.of(welcome);
    learnClock(which, welcome);
    parts.applier().streamBegins(epoch);
    var reporter = new Reporter(parts.enforcer(), which, welcome.getSession(), health::last);
    session = new Session(reporter, terms);
    partition.begins(terms);
    chores.run("report", reporter::report);
    backoff.reset();
    lastTrouble = "";
    tell(which.label());
    LOG.info(
        "controller={} event=connected resume={}",
        which.label(),
        welcome.getResume() == Resume.RESUME_DELTA ? "delta" : "snapshot");
  }

  private void learnClock(ControllerLink which, Welcome welcome) {
    Duration moved = parts.clock().learn(ControllerLink.clock(welcome), askedAtBootNanos);
    if (partition.hasHeardAny() && moved.abs().compareTo(NOTABLE_CLOCK_STEP) > 0) {
      LOG.error(
          "ALARM controller={} event=clock-stepped by={} action=\"see that the controllers' clocks"
              + " are right: expiries are meant on them\"",
          which.label(),
          moved);
    } else {
      LOG.debug("controller={} event=clock-learned by={}", which.label(), moved);
    }
  }

  private void dispatch(ControllerLink which, ControllerMessage message) {
    switch (message.getBodyCase()) {
      case SNAPSHOT_CHUNK ->
          parts.applier().snapshot(message.getSnapshotChunk()).ifPresent(which::send);
      case DELTA -> which.send(parts.applier().delta(message.getDelta()));
      case LEASE_RENEWAL -> lease(which, message.getLeaseRenewal());
      case WELCOME -> throw malformed("a second Welcome");
      case BODY_NOT_SET -> LOG.debug("controller={} event=unknown-message", which.label());
    }
    tell(which.label());
  }

  private void lease(ControllerLink which, LeaseRenewal renewal) {
    Position applied = parts.applied();
    Duration duration = WireCodec.decode(renewal.getDuration());
    boolean current =
        applied != null
            && applied.epoch() == renewal.getMinPosition().getEpoch()
            && applied.revision() >= renewal.getMinPosition().getRevision()
            && parts.applier().isSound();
    if (!current && parts.rarely().is("lease-not-taken")) {
      LOG.warn("event=lease-not-taken applied={} needed={}", applied, renewal.getMinPosition());
    }
    boolean taken = current && takes(duration);
    which.send(parts.answers().leaseReply(renewal.getSerial(), taken));
  }

  // The stream goes on: it may bring removals.
  private boolean takes(Duration lease) {
    Duration most = SessionTerms.MOST;
    try {
      parts.enforcer().lease(lease.compareTo(most) < 0 ? lease : most);
      return true;
    } catch (EnforcerException e) {
      LOG.error("event=lease-failed action=\"the old one runs on to its end\"", e);
      return false;
    }
  }

  private void turn() {
    if (stopped) {
      return;
    }
    chores.run("health", this::lookAtHealth);
    chores.run("removals", parts.applier()::retryRemovals);
    chores.run("controller", this::watchController);
    chores.run("report", this::report);
    chores.run("drift", this::checkDriftInTime);
    chores.run("partition", partition::turn);
  }

  private void lookAtHealth() {
    health.look();
    if (!status.problems().equals(health.last().problems())) {
      tell(status.controller());
    }
  }

  // Whatever became of a dialing that nobody has heard of again, there is another one.
  private void watchController() {
    ControllerLink current = link;
    if (current == null) {
      if (redial == null || redial.isDone()) {
        redial();
      }
      return;
    }
    current.nudge();
    Duration patience = session == null ? ANSWER_PATIENCE : session.terms().lease();
    if (hasPassed(patience, aliveAtBootNanos)) {
      current.end(
          Status.UNAVAILABLE.withDescription("no answer for " + patience.toSeconds() + " s"));
    }
  }

  private void report() {
    if (session != null) {
      session.reporter().report();
    }
  }

  private void checkDriftInTime() throws IOException {
    if (hasPassed(DRIFT_CHECK, checkedAtBootNanos)) {
      checkedAtBootNanos = bootNanos();
      checkDrift();
      if (parts.clock().isHeard()) {
        parts.ledger().forgetExpired(parts.clock().instant());
      }
      parts.ledger().settle();
    }
  }

  /** Compares the kernel with what should be in force, and tells the controller of a difference. */
  void checkDrift() {
    Optional<AgentMessage> report = drift.run();
    ControllerLink current = link;
    if (current != null && session != null) {
      report.ifPresent(current::send);
    }
  }

  private boolean hasPassed(Duration duration, long sinceBootNanos) {
    return bootNanos() - sinceBootNanos >= duration.toNanos();
  }

  private long bootNanos() {
    return parts.bootNanos().getAsLong();
  }
}
