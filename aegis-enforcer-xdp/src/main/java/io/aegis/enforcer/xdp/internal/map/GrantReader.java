package io.aegis.enforcer.xdp.internal.map;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads {@code aegis_grants} and {@code aegis_activity}, and changes nothing. Borrows the
 * descriptors; for any thread at any time, also beside another process that writes.
 */
public final class GrantReader {

  private final BpfMap<GrantKey, GrantSet> grants;
  private final BpfMap<Long, ActivityRecord> activity;
  private final BootClock clock;

  /**
   * Makes a reader.
   *
   * @param grants {@code aegis_grants}
   * @param activity {@code aegis_activity}
   * @param clock on which to tell times
   */
  public GrantReader(OwnedFd grants, OwnedFd activity, BootClock clock) {
    this.grants = new BpfMap<>(grants, GrantKey.CODEC, GrantSet.CODEC, true);
    this.activity = new BpfMap<>(activity, ActivityRecord.ID_CODEC, ActivityRecord.CODEC, false);
    this.clock = clock;
  }

  BpfMap<GrantKey, GrantSet> grantMap() {
    return grants;
  }

  BpfMap<Long, ActivityRecord> activityMap() {
    return activity;
  }

  /** Does something with each grant. */
  interface GrantAction {
    void accept(GrantKey key, GrantSlot slot);
  }

  void forEachGrant(GrantAction action) throws Errno {
    grants.forEach((key, set) ->
        set.slots().stream()
            .filter(slot -> !slot.isFree())
            .forEach(slot -> action.accept(key, slot)));
  }

  /**
   * Reads the grants.
   *
   * @return in the order of their ids
   * @throws Errno if they cannot be read
   */
  public List<Grant> grants() throws Errno {
    // By id: while a grant moves to another tuple it stands at both.
    var found = new TreeMap<Long, Grant>();
    forEachGrant((key, slot) -> found.put(slot.id(), slot.toGrant(key)));
    return List.copyOf(found.values());
  }

  /**
   * Reads what the grants have seen.
   *
   * @return an entry for each grant
   * @throws Errno if it cannot be read
   */
  public Map<GrantId, Activity> activity() throws Errno {
    var found = new HashMap<GrantId, Activity>();
    forEachGrant((key, slot) -> found.put(new GrantId(slot.id()), Activity.NONE));
    activity.forEach((id, seen) ->
        found.computeIfPresent(new GrantId(id), (same, none) -> seen.toActivity(clock)));
    return Map.copyOf(found);
  }
}
