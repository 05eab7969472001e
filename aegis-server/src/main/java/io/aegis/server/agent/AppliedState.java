package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.wire.StateDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the agent believes to be in force: a cache of the kernel, with its digest kept up. Not
 * thread-safe: the agent's thread owns it.
 */
final class AppliedState {

  /**
   * A grant in force.
   *
   * @param grant as it was applied, the soft expiry kept up
   * @param version its version; 0 if that is not known, which makes the digest differ
   * @param item its part of the digest
   */
  record Applied(Grant grant, long version, StateDigest item) {}

  /**
   * How the kernel differs.
   *
   * @param unknown what it holds and should not
   * @param missing what it should hold and does not
   * @param different what it holds in another form
   */
  record Drift(List<GrantId> unknown, List<GrantId> missing, List<GrantId> different) {
    boolean isNone() {
      return unknown.isEmpty() && missing.isEmpty() && different.isEmpty();
    }
  }

  private final Map<GrantId, Applied> grants = new HashMap<>();
  private StateDigest digest = StateDigest.EMPTY;

  void put(Grant grant, long version) {
    remove(grant.id());
    StateDigest item = StateDigest.of(grant, version);
    grants.put(grant.id(), new Applied(grant, version, item));
    digest = digest.plus(item);
  }

  void extend(GrantId id, Instant softExpiry) {
    grants.computeIfPresent(
        id,
        (_, applied) ->
            new Applied(
                applied.grant().withSoftExpiry(bounded(applied.grant(), softExpiry)),
                applied.version(),
                applied.item()));
  }

  /** A soft expiry as the enforcer takes it: never past the hard one. */
  static Instant bounded(Grant grant, Instant softExpiry) {
    return softExpiry.isAfter(grant.hardExpiry()) ? grant.hardExpiry() : softExpiry;
  }

  void remove(GrantId id) {
    Applied gone = grants.remove(id);
    if (gone != null) {
      digest = digest.minus(gone.item());
    }
  }

  /** What ended for good: it is not in the kernel, and only want of traffic can have ended it. */
  List<Applied> endedForGood(Collection<Grant> kernel, Instant now) {
    var held = new HashSet<GrantId>();
    kernel.forEach(grant -> held.add(grant.id()));
    return grants.values().stream()
        .filter(applied -> !held.contains(applied.grant().id()))
        .filter(applied -> endsForWantOfTraffic(applied.grant(), now))
        .toList();
  }

  /** Whether want of traffic is the one thing that can have ended this grant before now. */
  static boolean endsForWantOfTraffic(Grant grant, Instant now) {
    return grant.idleLimit().isPresent() && grant.softExpiry().isAfter(now);
  }

  /** Whether this version is in force, and differs from {@code other} in the soft expiry alone. */
  boolean differsInSoftExpiryAlone(Grant other, long version) {
    Applied applied = grants.get(other.id());
    return applied != null
        && applied.version() == version
        && sameButSoftExpiry(applied.grant(), other);
  }

  long version(GrantId id) {
    Applied applied = grants.get(id);
    return applied == null ? 0 : applied.version();
  }

  @Nullable Grant get(GrantId id) {
    Applied applied = grants.get(id);
    return applied == null ? null : applied.grant();
  }

  Collection<Applied> all() {
    return grants.values();
  }

  List<GrantId> ids() {
    return List.copyOf(grants.keySet());
  }

  StateDigest digest() {
    return digest;
  }

  /**
   * The digest of what the kernel holds.
   *
   * @param kernel the grants as read back
   * @param now the controller's clock
   */
  StateDigest digestOf(Collection<Grant> kernel, Instant now) {
    StateDigest sum = StateDigest.EMPTY;
    var seen = new HashSet<GrantId>();
    for (Grant grant : kernel) {
      seen.add(grant.id());
      Applied applied = grants.get(grant.id());
      sum =
          sum.plus(
              applied != null && sameButSoftExpiry(applied.grant(), grant)
                  ? applied.item()
                  : StateDigest.of(grant, 0));
    }
    for (Applied applied : grants.values()) {
      if (!seen.contains(applied.grant().id()) && mayBeFreed(applied.grant(), now)) {
        sum = sum.plus(applied.item());
      }
    }
    return sum;
  }

  /**
   * Compares with the kernel.
   *
   * @param kernel the grants as read back
   * @param now the controller's clock
   */
  Drift drift(Collection<Grant> kernel, Instant now) {
    var held = new HashMap<GrantId, Grant>();
    kernel.forEach(grant -> held.put(grant.id(), grant));
    List<GrantId> unknown =
        held.keySet().stream().filter(id -> !grants.containsKey(id)).sorted().toList();
    List<GrantId> missing =
        grants.values().stream()
            .map(Applied::grant)
            .filter(grant -> !held.containsKey(grant.id()) && !mayBeFreed(grant, now))
            .map(Grant::id)
            .toList();
    List<GrantId> different =
        grants.values().stream()
            .map(Applied::grant)
            .filter(grant -> differs(held.get(grant.id()), grant))
            .map(Grant::id)
            .toList();
    return new Drift(unknown, missing, different);
  }

  private static boolean differs(@Nullable Grant held, Grant wanted) {
    return held != null && !sameButSoftExpiry(held, wanted);
  }

  private static boolean sameButSoftExpiry(Grant a, Grant b) {
    return a.hardExpiry().equals(b.hardExpiry()) && a.withSoftExpiry(b.softExpiry()).equals(b);
  }

  // An enforcer may free what has ended. What ended for want of traffic is taken out before.
  private static boolean mayBeFreed(Grant grant, Instant now) {
    return !grant.softExpiry().isAfter(now);
  }
}
