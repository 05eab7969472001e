package io.aegis.enforcer.tck;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.tck.HistoryStep.Parcel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an enforcer should be: a sorted map of grants, and the definition of a live one. */
final class GrantModel {
  private static final int MOST_SHARERS = 4;

  private final Set<Capability> capabilities;
  private final int room;
  private final Map<GrantId, Entry> entries = new TreeMap<>();
  private Instant leaseEnd = Instant.MIN;

  private record Entry(Grant grant, Instant idleSince) {}

  GrantModel(Set<Capability> capabilities, int room) {
    this.capabilities = capabilities;
    this.room = room;
  }

  List<Grant> grants() {
    return entries.values().stream().map(Entry::grant).toList();
  }

  void clear() {
    entries.clear();
    leaseEnd = Instant.MIN;
  }

  void lease(Instant end) {
    leaseEnd = end;
  }

  void remove(GrantId id) {
    entries.remove(id);
  }

  /** Returns how it may fail; empty if it is in force now. */
  Set<Kind> upsert(Grant grant, Instant now) {
    var failures = EnumSet.noneOf(Kind.class);
    long sharers = grants().stream().filter(other -> shares(grant, other)).count();
    if (!capabilities.containsAll(Needs.of(grant))
        || (sharers > 0 && !capabilities.contains(Capability.SHARED_TUPLES))) {
      failures.add(Kind.UNSUPPORTED);
    }
    boolean full = !entries.containsKey(grant.id()) && entries.size() >= room;
    if (full || sharers >= MOST_SHARERS) {
      failures.add(Kind.EXHAUSTED);
    }
    if (failures.isEmpty()) {
      entries.put(grant.id(), new Entry(grant, now));
    }
    return failures;
  }

  private static boolean shares(Grant grant, Grant other) {
    return !other.id().equals(grant.id())
        && other.client().equals(grant.client())
        && other.target().equals(grant.target());
  }

  /** Returns whether it was in force. */
  boolean extend(GrantId id, Instant softExpiry) {
    Entry entry = entries.get(id);
    if (entry == null) {
      return false;
    }
    Instant hard = entry.grant.hardExpiry();
    Grant extended = entry.grant.withSoftExpiry(softExpiry.isAfter(hard) ? hard : softExpiry);
    entries.put(id, new Entry(extended, entry.idleSince));
    return true;
  }

  /** Takes what was wished for in place of all there is. Returns those that may fail, and how. */
  Map<GrantId, Set<Kind>> replace(Collection<Grant> wanted, Instant now) {
    entries.keySet().removeIf(id -> wanted.stream().noneMatch(grant -> grant.id().equals(id)));
    var failures = new TreeMap<GrantId, Set<Kind>>();
    var upserts = new ArrayList<Grant>();
    for (Grant grant : wanted) {
      Entry entry = entries.get(grant.id());
      if (entry != null && differsInSoftExpiryAtMost(entry.grant, grant)) {
        entries.put(grant.id(), new Entry(grant, entry.idleSince));
      } else {
        upserts.add(grant);
      }
    }
    for (Grant grant : upserts) {
      Set<Kind> failed = upsert(grant, now);
      if (!failed.isEmpty()) {
        failures.put(grant.id(), failed);
      }
    }
    return failures;
  }

  private static boolean differsInSoftExpiryAtMost(Grant a, Grant b) {
    return a.hardExpiry().equals(b.hardExpiry()) && a.withSoftExpiry(b.softExpiry()).equals(b);
  }

  /** The grants that admit this frame now. */
  List<GrantId> admitting(Parcel parcel, Instant now) {
    return entries.values().stream()
        .filter(entry -> covers(entry.grant, parcel) && isLive(entry, now))
        .map(entry -> entry.grant.id())
        .toList();
  }

  private static boolean covers(Grant grant, Parcel parcel) {
    return grant.client().equals(parcel.client())
        && grant.target().protocol() == parcel.protocol()
        && grant.target().prefix().contains(parcel.service())
        && (!parcel.protocol().hasPorts() || grant.target().ports().contains(parcel.port()));
  }

  private boolean isLive(Entry entry, Instant now) {
    Grant grant = entry.grant;
    Duration idle = grant.idle();
    return grant.mode() == EnforcementMode.ENFORCE
        && now.isBefore(grant.hardExpiry())
        && now.isBefore(grant.softExpiry())
        && (idle == null || now.isBefore(entry.idleSince.plus(idle)))
        && (!grant.needsLease() || now.isBefore(leaseEnd));
  }

  /** A packet passed by this grant. */
  void passed(@Nullable GrantId id, Instant now) {
    Entry entry = id == null ? null : entries.get(id);
    if (entry != null) {
      entries.put(entry.grant.id(), new Entry(entry.grant, now));
    }
  }
}
