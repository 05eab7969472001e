package io.aegis.server.agent;

import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
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
import java.time.Instant;
import java.util.List;
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
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(10);
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(5);

  private final ScheduledExecutorService thread;
  private final AgentParts parts;
  private final List<Controller> controllers;
  private final Backoff backoff;

  private @Nullable ControllerLink link;
  private @Nullable Session session;
  private boolean stopped;
  private int nextController;
  private long askedAtBootNanos;
  private long heardAtBootNanos;
  private long checkedAtBootNanos;
  private long extendedAtBootNanos;
  // Null until the first contact of this process: what an earlier one heard is not known.
  private @Nullable Instant lastContact;
  private Duration softLifetime = Duration.ofMinutes(5);
  private Duration extendEvery = Duration.ofSeconds(60);
  private String lastTrouble = "";
  private volatile AgentStatus status;

  /** What a controller has granted with its Welcome. */
  private record Session(Reporter reporter, Duration lease) {}

  AgentLoop(
      ScheduledExecutorService thread,
      AgentParts parts,
      List<Controller> controllers,
      Backoff backoff) {
    this.thread = thread;
    this.parts = parts;
    this.controllers = List.copyOf(controllers);
    this.backoff = backoff;
    this.status = new AgentStatus(null, parts.clock().instant(), null, "");
  }

  AgentStatus status() {
    return status;
  }

  /** Begins; called once, on the agent's thread. */
  void begin() {
    checkedAtBootNanos = bootNanos();
    extendedAtBootNanos = checkedAtBootNanos;
    var _ =
        thread.scheduleWithFixedDelay(
            this::turn, TURN.toNanos(), TURN.toNanos(), TimeUnit.NANOSECONDS);
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
    if (stopped) {
      return;
    }
    Controller controller = controllers.get(nextController++ % controllers.size());
    heardAtBootNanos = bootNanos();
    try {
      var fresh = new ControllerLink(controller, controller.dialer().apply(thread), this);
      link = fresh;
      fresh.open();
    } catch (RuntimeException e) {
      LOG.error("controller={} event=dial-failed", controller.label(), e);
      link = null;
      redial();
    }
  }

  // Not earlier: what setting up the connection takes would make the controller's clock fast.
  @Override
  public void ready(ControllerLink which) {
    try {
      noteEnded();
      AgentMessage hello = parts.hello();
      askedAtBootNanos = bootNanos();
      which.send(hello);
    } catch (RuntimeException e) {
      which.end(Status.INTERNAL.withDescription("Hello could not be written").withCause(e));
    }
  }

  // Without it the agent still takes removals; not to dial at all would leave more open.
  private void noteEnded() {
    try {
      parts.applier().noteEnded();
    } catch (IOException e) {
      LOG.error("event=ledger-failed action=\"dials all the same\"", e);
    }
  }

  private void redial() {
    Duration wait = backoff.next();
    var _ = thread.schedule(this::dial, wait.toNanos(), TimeUnit.NANOSECONDS);
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
    status = new AgentStatus(null, parts.clock().instant(), parts.applied(), trouble);
    redial();
  }

  @Override
  public void received(ControllerLink which, ControllerMessage message) throws IOException {
    heardAtBootNanos = bootNanos();
    Session current = session;
    if (message.getBodyCase() == ControllerMessage.BodyCase.WELCOME) {
      if (current != null) {
        throw malformed("a second Welcome");
      }
      welcome(which, message.getWelcome());
    } else if (current == null) {
      throw malformed("the first message is Welcome, not " + message.getBodyCase());
    } else {
      dispatch(which, message);
    }
    lastContact = parts.clock().instant();
  }

  private static WireException malformed(String message) {
    return new WireException(WireException.Kind.MALFORMED, message);
  }

  private void welcome(ControllerLink which, Welcome welcome) throws IOException {
    long epoch = welcome.getPosition().getEpoch();
    if (epoch < 1 || epoch < parts.ledger().highestEpoch()) {
      LOG.error(
          "ALARM controller={} event=old-epoch epoch={} known={}",
          which.label(),
          epoch,
          parts.ledger().highestEpoch());
      which.end(
          Status.FAILED_PRECONDITION.withDescription(
              "its epoch is " + epoch + ", lower than one that was applied here"));
      return;
    }
    Duration moved = parts.clock().learn(ControllerLink.clock(welcome), askedAtBootNanos);
    softLifetime = WireCodec.decode(welcome.getSoftLifetime());
    extendEvery = WireCodec.decode(welcome.getExtendEvery());
    parts.applier().streamBegins(epoch);
    var reporter = new Reporter(parts.enforcer(), which, welcome.getSession());
    session = new Session(reporter, WireCodec.decode(welcome.getLease()));
    reporter.report();
    backoff.reset();
    lastTrouble = "";
    status = new AgentStatus(which.label(), parts.clock().instant(), parts.applied(), "");
    LOG.info(
        "controller={} event=connected resume={} clock-moved={}",
        which.label(),
        welcome.getResume() == Resume.RESUME_DELTA ? "delta" : "snapshot",
        moved);
  }

  private void dispatch(ControllerLink which, ControllerMessage message) throws IOException {
    switch (message.getBodyCase()) {
      case SNAPSHOT_CHUNK ->
          parts.applier().snapshot(message.getSnapshotChunk()).ifPresent(which::send);
      case DELTA -> which.send(parts.applier().delta(message.getDelta()));
      case LEASE_RENEWAL -> lease(which, message.getLeaseRenewal());
      case WELCOME -> throw malformed("a second Welcome");
      case BODY_NOT_SET -> LOG.debug("controller={} event=unknown-message", which.label());
    }
    status = new AgentStatus(which.label(), status.since(), parts.applied(), "");
  }

  private void lease(ControllerLink which, LeaseRenewal renewal) {
    Position applied = parts.applied();
    Duration duration = WireCodec.decode(renewal.getDuration());
    boolean current =
        applied != null
            && applied.epoch() == renewal.getMinPosition().getEpoch()
            && applied.revision() >= renewal.getMinPosition().getRevision()
            && parts.applier().isSound();
    if (current) {
      parts.enforcer().lease(duration.compareTo(LONGEST_LEASE) < 0 ? duration : LONGEST_LEASE);
    } else {
      LOG.warn("event=lease-not-taken applied={} needed={}", applied, renewal.getMinPosition());
    }
    which.send(parts.answers().leaseReply(renewal.getSerial(), current));
  }

  // A turn that threw would be the last one, and nobody would notice.
  private void turn() {
    if (stopped) {
      return;
    }
    try {
      parts.applier().retryRemovals();
      watchController();
      if (session != null) {
        session.reporter().report();
      } else {
        // Nobody to tell, but an enforcer looks around meanwhile, for new addresses of this host.
        parts.enforcer().health();
      }
      if (hasPassed(DRIFT_CHECK, checkedAtBootNanos)) {
        checkedAtBootNanos = bootNanos();
        checkDrift();
        parts.ledger().tidy(parts.clock().instant());
      }
      if (hasPassed(extendEvery, heardAtBootNanos) && hasPassed(extendEvery, extendedAtBootNanos)) {
        extendedAtBootNanos = bootNanos();
        extendAlone();
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("event=turn-failed action=\"tried again in a second\"", e);
    }
  }

  private void watchController() {
    ControllerLink current = link;
    if (current == null) {
      return;
    }
    Duration patience = session == null ? ANSWER_PATIENCE : session.lease();
    if (hasPassed(patience, heardAtBootNanos)) {
      current.end(
          Status.UNAVAILABLE.withDescription("no answer for " + patience.toSeconds() + " s"));
    }
  }

  private void extendAlone() {
    Instant contact = lastContact;
    if (contact != null) {
      parts.extender().extend(parts.clock().instant(), contact, softLifetime);
    }
  }

  /** Compares the kernel with what should be in force; what nobody asked for is removed at once. */
  void checkDrift() throws IOException {
    parts.applier().noteEnded();
    Enforcer enforcer = parts.enforcer();
    AppliedState.Drift drift = parts.state().drift(enforcer.grants(), parts.clock().instant());
    if (drift.isNone()) {
      return;
    }
    LOG.error(
        "ALARM event=drift unknown={} missing={} different={}",
        drift.unknown(),
        drift.missing(),
        drift.different());
    if (!drift.unknown().isEmpty()) {
      var _ = enforcer.apply(new GrantUpdate(drift.unknown(), List.of(), List.of()));
    }
    if (link != null && session != null) {
      link.send(
          parts
              .answers()
              .nack(
                  0,
                  "drift: %d unknown, %d missing, %d different"
                      .formatted(
                          drift.unknown().size(),
                          drift.missing().size(),
                          drift.different().size())));
    }
  }

  private boolean hasPassed(Duration duration, long sinceBootNanos) {
    return bootNanos() - sinceBootNanos >= duration.toNanos();
  }

  private long bootNanos() {
    return parts.bootNanos().getAsLong();
  }
}
