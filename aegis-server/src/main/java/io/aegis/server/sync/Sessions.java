package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live sessions, at most one for each gateway.
 *
 * <p>When a second agent comes with the same name: the same installation in the same boot has only
 * reconnected, and replaces its old session. Any other is refused while the first one speaks, so
 * that a stolen or copied certificate cannot push a gateway aside; once the first has been silent
 * for two lease renewals, the newcomer replaces it (a machine set up anew). Both raise an alarm in
 * the log.
 *
 * <p>Thread-safe.
 */
final class Sessions {

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  /** Agents report every second; when this long nothing came, what they know is not known here. */
  private static final Duration REPORT_FRESHNESS = Duration.ofSeconds(5);

  /** A session and what its agent last said, on both streams. */
  private static final class Live {
    private final AgentSession session;
    private final Map<GrantId, Instant> lastAdmitted = new ConcurrentHashMap<>();
    private volatile Instant lastHeard;
    private volatile Instant lastReport = Instant.MIN;

    Live(AgentSession session, Instant now) {
      this.session = session;
      this.lastHeard = now;
    }
  }

  private final SyncTiming timing;
  private final InstantSource clock;
  private final Map<String, Live> live = new ConcurrentHashMap<>();
  private final Map<String, SessionMemory> memories = new ConcurrentHashMap<>();

  Sessions(SyncTiming timing, InstantSource clock) {
    this.timing = timing;
    this.clock = clock;
  }

  @Nullable AgentSession of(String gateway) {
    Live found = live.get(gateway);
    return found == null ? null : found.session;
  }

  Collection<AgentSession> live() {
    return live.values().stream().map(each -> each.session).toList();
  }

  /** Makes room for a newcomer and opens its session. Called by one thread at a time. */
  AgentSession open(Peer peer, Function<String, AgentSession> made, long epoch) {
    Live before = live.get(peer.gateway());
    if (before != null) {
      requireReplaceable(before, peer);
      live.remove(peer.gateway());
      before.session.end(Status.ABORTED.withDescription("replaced by a newer stream"));
      memories.put(peer.gateway(), before.session.memory(epoch));
    }
    AgentSession session = made.apply(UUID.randomUUID().toString());
    live.put(peer.gateway(), new Live(session, clock.instant()));
    return session;
  }

  private void requireReplaceable(Live before, Peer peer) {
    if (before.session.peer().isSameProcessHost(peer)) {
      return;
    }
    boolean silent = isSilentFor(before, timing.leaseEvery().multipliedBy(2));
    LOG.error(
        "ALARM gateway={} event=second-agent instance={} first={} action={}",
        peer.gateway(),
        peer.instance(),
        before.session.peer().instance(),
        silent ? "replaced the silent first" : "refused the second");
    if (!silent) {
      throw Status.ALREADY_EXISTS
          .withDescription(
              "another agent is connected as '%s': stop it, or give this one a name and a bundle of its own"
                  .formatted(peer.gateway()))
          .asRuntimeException();
    }
  }

  private boolean isSilentFor(Live session, Duration time) {
    return !session.lastHeard.plus(time).isAfter(clock.instant());
  }

  /** Closes a session and remembers its agent; returns false if it was closed already. */
  boolean close(AgentSession session, long epoch) {
    session.end(Status.UNAVAILABLE);
    Live current = live.get(session.peer().gateway());
    boolean mine =
        current != null
            && current.session == session
            && live.remove(session.peer().gateway(), current);
    if (mine) {
      memories.put(session.peer().gateway(), session.memory(epoch));
    }
    return mine;
  }

  /** What a returning agent holds, if that is one of the states it was left in. */
  Optional<HeldGrants> remembered(Peer peer, long epoch) {
    SessionMemory memory = memories.remove(peer.gateway());
    return memory == null ? Optional.empty() : memory.match(peer, epoch);
  }

  void heard(AgentSession session) {
    Live current = live.get(session.peer().gateway());
    if (current != null && current.session == session) {
      current.lastHeard = clock.instant();
    }
  }

  /** The sessions whose agent has said nothing for a whole lease. */
  List<AgentSession> silent() {
    return live.values().stream()
        .filter(each -> isSilentFor(each, timing.lease()))
        .map(each -> each.session)
        .toList();
  }

  void endAll(Status status) {
    List.copyOf(live.values()).forEach(each -> each.session.end(status));
  }

  /**
   * Takes a report of an agent.
   *
   * @return false if the session is not this gateway's live one
   */
  boolean reported(String gateway, String sessionId, Map<GrantId, Instant> lastAdmitted) {
    Live current = live.get(gateway);
    if (current == null || !current.session.id().equals(sessionId)) {
      return false;
    }
    lastAdmitted.forEach(
        (id, at) -> current.lastAdmitted.merge(id, at, (a, b) -> a.isAfter(b) ? a : b));
    current.lastReport = clock.instant();
    return true;
  }

  // A gateway whose reports do not come is not one at which nothing happens: it says nothing.
  Optional<Instant> lastAdmitted(GrantId id) {
    Instant oldest = clock.instant().minus(REPORT_FRESHNESS);
    Instant latest = null;
    for (Live each : live.values()) {
      DesiredGrant desired = each.session.held(id);
      if (desired != null && each.lastReport.isAfter(oldest)) {
        Instant seen = each.lastAdmitted.getOrDefault(id, desired.issuedAt());
        latest = latest == null || seen.isAfter(latest) ? seen : latest;
      }
    }
    return Optional.ofNullable(latest);
  }
}
