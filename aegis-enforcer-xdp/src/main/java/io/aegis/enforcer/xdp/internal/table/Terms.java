package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.xdp.internal.map.BootClock.Moment;
import java.time.Duration;
import java.time.Instant;

/**
 * What a grant says, in the words of its record.
 *
 * @param id of the grant
 * @param tuple what it is found by
 * @param flags of {@code enum aegis_grant_flag}
 * @param hardBootNs when it ends for good, boot time
 * @param softBootNs when it ends unless extended, boot time
 * @param idleMs how long it may be without traffic, 32 bits without a sign; 0 for no limit
 * @param hardUnixMs the hard expiry as it was asked for
 * @param softUnixMs the soft expiry as it was asked for
 */
record Terms(
    long id,
    Tuple tuple,
    int flags,
    long hardBootNs,
    long softBootNs,
    long idleMs,
    long hardUnixMs,
    long softUnixMs) {

  /** The longest idle limit that a record has room for: 49 days and 17 hours. */
  static final long MOST_IDLE_MS = 0xFFFF_FFFFL;

  private static final int AUDIT = 1;
  private static final int NEEDS_LEASE = 2;

  /**
   * Returns the terms of a grant that is applied now.
   *
   * @throws ArithmeticException if an expiry is outside the range of the kernel's numbers
   */
  static Terms of(Grant grant, Moment now) {
    return new Terms(
        grant.id().value(),
        Tuple.of(grant.client(), grant.target()),
        flags(grant),
        now.toBootNanos(grant.hardExpiry()),
        now.toBootNanos(grant.softExpiry()),
        idleMs(grant),
        grant.hardExpiry().toEpochMilli(),
        grant.softExpiry().toEpochMilli());
  }

  /** Returns {@code enum aegis_grant_flag}. */
  static int flags(Grant grant) {
    return (grant.mode() == EnforcementMode.AUDIT ? AUDIT : 0)
        | (grant.needsLease() ? NEEDS_LEASE : 0);
  }

  /** Returns the idle limit, 0 for none; it may be more than {@link #MOST_IDLE_MS}. */
  static long idleMs(Grant grant) {
    Duration idle = grant.idle();
    return idle == null ? 0 : idle.toMillis();
  }

  /** Returns what was applied. */
  Grant toGrant() {
    return new Grant(
        new GrantId(id),
        tuple.client(),
        tuple.target(),
        Instant.ofEpochMilli(hardUnixMs),
        Instant.ofEpochMilli(softUnixMs),
        idleMs == 0 ? null : Duration.ofMillis(idleMs),
        (flags & AUDIT) != 0 ? EnforcementMode.AUDIT : EnforcementMode.ENFORCE,
        (flags & NEEDS_LEASE) != 0);
  }
}
