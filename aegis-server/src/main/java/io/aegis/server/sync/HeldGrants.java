package io.aegis.server.sync;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.wire.StateDigest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent has acknowledged, with its digest kept up. Not thread-safe: owned by one session at
 * a time.
 */
final class HeldGrants {

  private record Held(DesiredGrant desired, StateDigest item) {}

  private final Map<GrantId, Held> grants = new HashMap<>();
  private StateDigest digest = StateDigest.EMPTY;

  void put(DesiredGrant desired) {
    remove(desired.grant().id());
    StateDigest item = StateDigest.of(desired.grant(), desired.version());
    grants.put(desired.grant().id(), new Held(desired, item));
    digest = digest.plus(item);
  }

  void remove(GrantId id) {
    Held gone = grants.remove(id);
    if (gone != null) {
      digest = digest.minus(gone.item());
    }
  }

  void clear() {
    grants.clear();
    digest = StateDigest.EMPTY;
  }

  void putAll(Collection<DesiredGrant> all) {
    all.forEach(this::put);
  }

  @Nullable DesiredGrant get(GrantId id) {
    Held held = grants.get(id);
    return held == null ? null : held.desired();
  }

  /** Whether the agent holds this version, and nothing but its soft expiry is another. */
  boolean differsInSoftExpiryAlone(DesiredGrant desired) {
    DesiredGrant has = get(desired.grant().id());
    if (has == null || has.version() != desired.version()) {
      return false;
    }
    Grant before = has.grant();
    Grant after = desired.grant();
    return before.hardExpiry().equals(after.hardExpiry())
        && before.withSoftExpiry(after.softExpiry()).equals(after);
  }

  boolean contains(GrantId id) {
    return grants.containsKey(id);
  }

  StateDigest digest() {
    return digest;
  }
}
