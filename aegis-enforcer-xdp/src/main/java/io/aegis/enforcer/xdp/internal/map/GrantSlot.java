package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.GRANT_SLOT;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;

/**
 * One grant as it stands in the kernel, without its key.
 *
 * @param id of the grant, positive; 0 for a free slot
 * @param hardBootNs when it ends for good, boot time
 * @param softBootNs when it ends unless extended, boot time
 * @param idleNs how long it may be without traffic; 0 for no limit
 * @param appliedBootNs when it was applied, boot time
 * @param hardUnixMs the hard expiry as it was asked for
 * @param softUnixMs the soft expiry as it was asked for
 * @param flags of {@code enum aegis_grant_flag}
 */
record GrantSlot(
    long id,
    long hardBootNs,
    long softBootNs,
    long idleNs,
    long appliedBootNs,
    long hardUnixMs,
    long softUnixMs,
    int flags) {

  static final Codec<GrantSlot> CODEC = new SlotCodec();

  /** A slot that holds nothing. */
  static final GrantSlot FREE = new GrantSlot(0, 0, 0, 0, 0, 0, 0, 0);

  private static final int AUDIT = 1;
  private static final int NEEDS_LEASE = 2;

  /**
   * Returns the slot of a grant that is applied now.
   *
   * @throws ArithmeticException if an expiry is outside the range of the kernel's numbers
   */
  static GrantSlot of(Grant grant, BootClock clock) {
    int flags =
        (grant.mode() == EnforcementMode.AUDIT ? AUDIT : 0)
            | (grant.needsLease() ? NEEDS_LEASE : 0);
    return new GrantSlot(
        grant.id().value(),
        clock.toBootNanos(grant.hardExpiry()),
        clock.toBootNanos(grant.softExpiry()),
        grant.idleLimit().map(Duration::toNanos).orElse(0L),
        clock.bootNanos(),
        grant.hardExpiry().toEpochMilli(),
        grant.softExpiry().toEpochMilli(),
        flags);
  }

  /** Returns this grant with another soft expiry, which never passes the hard one. */
  GrantSlot withSoftExpiry(Instant expiry, BootClock clock) {
    long unixMs = Math.min(expiry.toEpochMilli(), hardUnixMs);
    long bootNs = Math.min(clock.toBootNanos(Instant.ofEpochMilli(unixMs)), hardBootNs);
    return new GrantSlot(id, hardBootNs, bootNs, idleNs, appliedBootNs, hardUnixMs, unixMs, flags);
  }

  boolean isFree() {
    return id == 0;
  }

  /** Returns what was applied. */
  Grant toGrant(GrantKey key) {
    return new Grant(
        new GrantId(id),
        key.client(),
        key.target(),
        Instant.ofEpochMilli(hardUnixMs),
        Instant.ofEpochMilli(softUnixMs),
        idleNs == 0 ? null : Duration.ofNanos(idleNs),
        (flags & AUDIT) != 0 ? EnforcementMode.AUDIT : EnforcementMode.ENFORCE,
        (flags & NEEDS_LEASE) != 0);
  }

  private static final class SlotCodec implements Codec<GrantSlot> {

    private static final long ID = offset(GRANT_SLOT, "id");
    private static final long HARD = offset(GRANT_SLOT, "hard_boot_ns");
    private static final long SOFT = offset(GRANT_SLOT, "soft_boot_ns");
    private static final long IDLE = offset(GRANT_SLOT, "idle_ns");
    private static final long APPLIED = offset(GRANT_SLOT, "applied_boot_ns");
    private static final long HARD_UNIX = offset(GRANT_SLOT, "hard_unix_ms");
    private static final long SOFT_UNIX = offset(GRANT_SLOT, "soft_unix_ms");
    private static final long FLAGS = offset(GRANT_SLOT, "flags");

    @Override
    public long size() {
      return GRANT_SLOT.byteSize();
    }

    @Override
    public void write(GrantSlot slot, MemorySegment target) {
      target.set(JAVA_LONG, ID, slot.id());
      target.set(JAVA_LONG, HARD, slot.hardBootNs());
      target.set(JAVA_LONG, SOFT, slot.softBootNs());
      target.set(JAVA_LONG, IDLE, slot.idleNs());
      target.set(JAVA_LONG, APPLIED, slot.appliedBootNs());
      target.set(JAVA_LONG, HARD_UNIX, slot.hardUnixMs());
      target.set(JAVA_LONG, SOFT_UNIX, slot.softUnixMs());
      target.set(JAVA_INT, FLAGS, slot.flags());
    }

    @Override
    public GrantSlot read(MemorySegment source) {
      return new GrantSlot(
          source.get(JAVA_LONG, ID),
          source.get(JAVA_LONG, HARD),
          source.get(JAVA_LONG, SOFT),
          source.get(JAVA_LONG, IDLE),
          source.get(JAVA_LONG, APPLIED),
          source.get(JAVA_LONG, HARD_UNIX),
          source.get(JAVA_LONG, SOFT_UNIX),
          source.get(JAVA_INT, FLAGS));
    }
  }
}
