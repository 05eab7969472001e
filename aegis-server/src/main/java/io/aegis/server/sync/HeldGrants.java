package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.wire.StateDigest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  boolean contains(GrantId id) {
    return grants.containsKey(id);
  }

  Set<GrantId> ids() {
    return grants.keySet();
  }

  List<DesiredGrant> all() {
    return grants.values().stream().map(Held::desired).toList();
  }

  StateDigest digest() {
    return digest;
  }
}
