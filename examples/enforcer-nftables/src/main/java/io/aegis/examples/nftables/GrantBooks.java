package io.aegis.examples.nftables;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the enforcer has put into the table and not taken out: grants that have ended stand here
 * until the next change clears their keys. Not thread-safe.
 */
final class GrantBooks {
  /** Each idle limit costs sets and rules of its own. */
  static final int MOST_IDLE_LIMITS = 32;

  private final Map<GrantId, Grant> byId;
  private final Map<Tuple, GrantId> holders = new HashMap<>();
  private final Set<Long> idleLimits = new TreeSet<>();
  private final Set<Lane> lanes = EnumSet.of(Lane.V4);

  GrantBooks() {
    byId = new TreeMap<>();
  }

  GrantBooks(GrantBooks other) {
    byId = new TreeMap<>(other.byId);
    holders.putAll(other.holders);
    idleLimits.addAll(other.idleLimits);
    lanes.addAll(other.lanes);
  }

  /** The books of a table in which these grants were found. */
  static GrantBooks of(Collection<Grant> grants) {
    var books = new GrantBooks();
    grants.forEach(books::put);
    return books;
  }

  int size() {
    return byId.size();
  }

  Collection<Grant> grants() {
    return List.copyOf(byId.values());
  }

  @Nullable Grant get(GrantId id) {
    return byId.get(id);
  }

  /** Which grant has this client and target, itself included. */
  @Nullable GrantId holder(Grant grant) {
    return holders.get(Tuple.of(grant));
  }

  void put(Grant grant) {
    byId.put(grant.id(), grant);
    holders.put(Tuple.of(grant), grant.id());
    lanes.add(Lane.of(grant));
    grant.idleLimit().map(Duration::toMillis).ifPresent(idleLimits::add);
  }

  @Nullable Grant remove(GrantId id) {
    Grant before = byId.remove(id);
    if (before != null) {
      holders.remove(Tuple.of(before));
    }
    return before;
  }

  /** Every idle limit that there are rules for; they stay until the instance is opened again. */
  Set<Long> idleLimits() {
    return Set.copyOf(idleLimits);
  }

  boolean admitsIdleLimitOf(Grant grant) {
    return idleLimits.size() < MOST_IDLE_LIMITS
        || grant.idleLimit().map(Duration::toMillis).map(idleLimits::contains).orElse(true);
  }

  /** Lanes that may have elements. */
  Set<Lane> lanes() {
    return Set.copyOf(lanes);
  }

  /** Those whose soft expiry has passed. */
  List<Grant> ended(Instant now) {
    return byId.values().stream().filter(grant -> !grant.softExpiry().isAfter(now)).toList();
  }

  /** The update that turns {@code inForce} into {@code grants}. */
  static GrantUpdate difference(List<Grant> inForce, Collection<Grant> grants) {
    var wanted = new HashMap<GrantId, Grant>();
    for (Grant grant : grants) {
      if (wanted.putIfAbsent(grant.id(), grant) != null) {
        throw new IllegalArgumentException("grant " + grant.id() + " is listed twice");
      }
    }
    var before = new HashMap<GrantId, Grant>();
    inForce.forEach(grant -> before.put(grant.id(), grant));
    var removes = inForce.stream().map(Grant::id).filter(id -> !wanted.containsKey(id)).toList();
    var upserts = new ArrayList<Grant>();
    var extensions = new ArrayList<Extension>();
    for (Grant grant : grants) {
      Grant old = before.get(grant.id());
      if (old == null || !sameButSoftExpiry(old, grant)) {
        upserts.add(grant);
      } else if (!old.equals(grant)) {
        extensions.add(new Extension(grant.id(), grant.softExpiry()));
      }
    }
    return new GrantUpdate(removes, upserts, extensions);
  }

  private static boolean sameButSoftExpiry(Grant a, Grant b) {
    return a.hardExpiry().equals(b.hardExpiry()) && a.withSoftExpiry(b.softExpiry()).equals(b);
  }
}
