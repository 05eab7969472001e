package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.UpdateResult.Applied;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.spi.UpdateResult.Outcome;
import io.aegis.enforcer.tck.HistoryStep.Parcel;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an enforcer should be: a sorted map of grants, and the definition of a live one. It follows
 * the outcomes that an enforcer reports and fails where they are none that it may have: an enforcer
 * is free to forget a grant that has ended, and so to have room where the model has none.
 */
final class GrantModel {
  private static final int MOST_SHARERS = 4;

  private final Set<Capability> capabilities;
  private final int room;
  private final Map<GrantId, Entry> entries = new TreeMap<>();
  private Instant leaseEnd = Instant.MIN;

  private record Entry(Grant grant, Instant in, Instant out) {
    Entry extendedTo(Instant softExpiry) {
      Instant hard = grant.hardExpiry();
      return new Entry(grant.withSoftExpiry(softExpiry.isAfter(hard) ? hard : softExpiry), in, out);
    }
  }

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

  void removed(GrantId id) {
    entries.remove(id);
  }

  /** An upsert came out like this: fails if it should have come out otherwise. */
  void upserted(Grant grant, Instant now, Outcome outcome) {
    switch (outcome) {
      case Applied _ -> {
        assertThat(failures(grant, lasting(now))).as("%s should have failed", grant).isEmpty();
        entries.put(grant.id(), new Entry(grant, now, now));
      }
      case Failed failed -> {
        assertThat(failures(grant, entries.values())).as(failed.message()).contains(failed.kind());
        entries.remove(grant.id()); // nobody wants its older form
      }
    }
  }

  /** How an upsert fails, when these entries are in force. */
  private Set<Kind> failures(Grant grant, Collection<Entry> inForce) {
    var failures = EnumSet.noneOf(Kind.class);
    long sharers = inForce.stream().filter(entry -> shares(grant, entry.grant)).count();
    if (!capabilities.containsAll(Needs.of(grant))
        || (sharers > 0 && !capabilities.contains(Capability.SHARED_TUPLES))) {
      failures.add(Kind.UNSUPPORTED);
    }
    boolean isNew = inForce.stream().noneMatch(entry -> entry.grant.id().equals(grant.id()));
    if ((isNew && inForce.size() >= room) || sharers >= MOST_SHARERS) {
      failures.add(Kind.EXHAUSTED);
    }
    return failures;
  }

  /** The entries that no enforcer may free by itself. */
  private List<Entry> lasting(Instant now) {
    return entries.values().stream().filter(entry -> !hasEnded(entry, now)).toList();
  }

  private static boolean shares(Grant grant, Grant other) {
    return !other.id().equals(grant.id())
        && other.client().equals(grant.client())
        && other.target().equals(grant.target());
  }

  /** An extension came out like this. */
  void extended(GrantId id, Instant softExpiry, Instant now, Outcome outcome) {
    Entry entry = entries.get(id);
    switch (outcome) {
      case Applied _ -> {
        assertThat(entry).as("an extension brought grant %s back", id).isNotNull();
        entries.computeIfPresent(id, (_, before) -> before.extendedTo(softExpiry));
      }
      case Failed failed -> {
        assertThat(failed.kind()).as(failed.message()).isEqualTo(Kind.INTERNAL);
        assertThat(entry == null || hasEnded(entry, now)).as(failed.message()).isTrue();
      }
    }
  }

  /** A replacement came out like this; what it did not touch has no outcome. */
  void replaced(Collection<Grant> wanted, Instant now, Map<GrantId, Outcome> outcomes) {
    entries.keySet().removeIf(id -> wanted.stream().noneMatch(grant -> grant.id().equals(id)));
    for (Grant grant : wanted) {
      Entry entry = entries.get(grant.id());
      switch (outcomes.get(grant.id())) {
        case null -> assertThat(entry == null ? null : entry.grant).isEqualTo(grant);
        case Applied(Receipt receipt) when receipt.change() == Change.EXTENDED -> {
          assertThat(entry == null ? null : entry.grant.withSoftExpiry(entry.grant.hardExpiry()))
              .as("only the soft expiry of %s may differ", grant)
              .isEqualTo(grant.withSoftExpiry(grant.hardExpiry()));
          entries.computeIfPresent(
              grant.id(), (_, before) -> before.extendedTo(grant.softExpiry()));
        }
        case Outcome outcome -> {
          if (entry != null && outcome instanceof Applied) {
            assertThat(hasEnded(entry, now) || !isExtension(entry.grant, grant))
                .as("%s was upserted, but only an extension was needed", grant)
                .isTrue();
          }
          upserted(grant, now, outcome);
        }
      }
    }
  }

  private static boolean isExtension(Grant before, Grant after) {
    return before
        .withSoftExpiry(before.hardExpiry())
        .equals(after.withSoftExpiry(after.hardExpiry()));
  }

  /** Fails unless these are the grants in force; forgets those that had ended and were freed. */
  void assertInForce(List<Grant> actual, Instant now) {
    entries.values().removeIf(entry -> hasEnded(entry, now) && !actual.contains(entry.grant));
    assertThat(actual).isEqualTo(grants());
  }

  /** Since the earlier of both directions, where both are looked at. */
  private Instant idleSince(Entry entry) {
    boolean isLater = entry.out.isBefore(entry.in) && capabilities.contains(Capability.EGRESS);
    return isLater ? entry.out : entry.in;
  }

  private boolean hasEnded(Entry entry, Instant now) {
    Grant grant = entry.grant;
    Duration idle = grant.idle();
    return !now.isBefore(grant.hardExpiry())
        || !now.isBefore(grant.softExpiry())
        || (idle != null && !now.isBefore(idleSince(entry).plus(idle)));
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
    return entry.grant.mode() == EnforcementMode.ENFORCE
        && !hasEnded(entry, now)
        && (!entry.grant.needsLease() || now.isBefore(leaseEnd));
  }

  /** A packet passed by this grant. */
  void passed(@Nullable GrantId id, Instant now) {
    Entry entry = id == null ? null : entries.get(id);
    if (entry != null) {
      entries.put(entry.grant.id(), new Entry(entry.grant, now, entry.out));
    }
  }

  /** A reply left by this grant. */
  void replied(@Nullable GrantId id, Instant now) {
    Entry entry = id == null ? null : entries.get(id);
    if (entry != null) {
      entries.put(entry.grant.id(), new Entry(entry.grant, entry.in, now));
    }
  }
}
