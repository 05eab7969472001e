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
 * Reads the grants in force and what they have seen: {@code aegis_grants} and {@code
 * aegis_activity}. Borrows the descriptors. Thread-safe; never waits for a change.
 */
public final class GrantReader {

  final BpfMap<GrantKey, GrantSet> grants;
  final BpfMap<Long, ActivityRecord> activity;
  final BootClock clock;

  /**
   * Makes a view of two maps.
   *
   * @param grants {@code aegis_grants}
   * @param activity {@code aegis_activity}
   * @param clock for the times that the kernel wrote
   */
  public GrantReader(OwnedFd grants, OwnedFd activity, BootClock clock) {
    this.grants = new BpfMap<>(grants, GrantKey.CODEC, GrantSet.CODEC, true);
    this.activity = new BpfMap<>(activity, ActivityRecord.ID_CODEC, ActivityRecord.CODEC, false);
    this.clock = clock;
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
