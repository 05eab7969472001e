package io.aegis.enforcer.spi;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import java.time.Duration;
import java.time.Instant;

/**
 * A grant in force and what it has seen. Written under the lock of {@link InMemoryEnforcer}, read
 * by anybody.
 */
final class GrantEntry {
  private final Grant grant;
  private volatile Seen seen;

  /** What changes with each admitted packet: when each direction was seen last, from apply on. */
  private record Seen(Instant in, Instant out, Activity activity) {

    /** Since when it is idle: traffic one way keeps nothing open where both ways are seen. */
    Instant idleSince(boolean bothWays) {
      return bothWays && out.isBefore(in) ? out : in;
    }
  }

  private GrantEntry(Grant grant, Seen seen) {
    this.grant = grant;
    this.seen = seen;
  }

  static GrantEntry applied(Grant grant, Instant at, Activity before) {
    return new GrantEntry(grant, new Seen(at, at, before));
  }

  /** The same grant with another soft expiry, which the hard one bounds; nothing else changes. */
  GrantEntry extendedTo(Instant softExpiry) {
    Instant bounded = softExpiry.isAfter(grant.hardExpiry()) ? grant.hardExpiry() : softExpiry;
    return new GrantEntry(grant.withSoftExpiry(bounded), seen);
  }

  Grant grant() {
    return grant;
  }

  Activity activity() {
    return seen.activity;
  }

  /** Whether it names this flow; {@code protocol} is the flow's. */
  boolean covers(Flow flow, Protocol protocol) {
    var target = grant.target();
    return grant.client().equals(flow.client())
        && target.protocol() == protocol
        && target.prefix().contains(flow.service())
        && (flow.kind().isFragment()
            ? target.ports().isAny()
            : target.ports().contains(flow.servicePort()));
  }

  /**
   * What becomes of a packet that it covers, at {@code now}: {@code GRANT} or {@code WOULD_ADMIT}
   * while it is live, else the first of {@code EXPIRED}, {@code IDLE}, {@code LEASE} that applies.
   *
   * @param bothWays whether idle time counts both directions
   */
  Reason stateAt(Instant now, Instant leaseEnd, boolean bothWays) {
    if (!now.isBefore(grant.softExpiry()) || !now.isBefore(grant.hardExpiry())) {
      return Reason.EXPIRED;
    }
    Duration idle = grant.idle();
    if (idle != null && !now.isBefore(seen.idleSince(bothWays).plus(idle))) {
      return Reason.IDLE;
    }
    if (grant.needsLease() && !now.isBefore(leaseEnd)) {
      return Reason.LEASE;
    }
    return grant.mode() == EnforcementMode.ENFORCE ? Reason.GRANT : Reason.WOULD_ADMIT;
  }

  void admitted(int bytes, Instant now) {
    Activity before = seen.activity;
    seen = new Seen(now, seen.out, new Activity(before.packets() + 1, before.bytes() + bytes, now));
  }

  void replied(Instant now) {
    seen = new Seen(seen.in, now, seen.activity);
  }
}
