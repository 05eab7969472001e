package io.aegis.enforcer.xdp.internal.map;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The grants in force and what they have seen: {@code aegis_grants} and {@code aegis_activity}.
 *
 * <p>The kernel is the truth. Grants stand there by tuple, so removing one by its id needs to know
 * the tuple; that index is kept here, as a cache that is rebuilt from the kernel at the start.
 *
 * <p>Changes are for one thread at a time, which the owner sees to; reading is for any thread at
 * any time, and never waits. Borrows the descriptors.
 */
public final class GrantTable {

  final BpfMap<GrantKey, GrantSet> grants;
  final BpfMap<Long, ActivityRecord> activity;
  final GracePeriod grace;
  final BootClock clock;
  final int maxGrants;

  /** Where each grant stands. */
  final Map<Long, GrantKey> keys = new HashMap<>();

  private GrantTable(
      OwnedFd grants, OwnedFd activity, GracePeriod grace, BootClock clock, int maxGrants) {
    this.grants = new BpfMap<>(grants, GrantKey.CODEC, GrantSet.CODEC, true);
    this.activity = new BpfMap<>(activity, ActivityRecord.ID_CODEC, ActivityRecord.CODEC, false);
    this.grace = grace;
    this.clock = clock;
    this.maxGrants = maxGrants;
  }

  /**
   * Opens the table over two maps, which may hold grants of an earlier process.
   *
   * @param grants {@code aegis_grants}
   * @param activity {@code aegis_activity}
   * @param grace waits for running programs
   * @param clock for expiries
   * @param maxGrants how many grants may be in force
   * @return the table
   * @throws Errno if the maps cannot be read
   */
  public static GrantTable open(
      OwnedFd grants, OwnedFd activity, GracePeriod grace, BootClock clock, int maxGrants)
      throws Errno {
    var table = new GrantTable(grants, activity, grace, clock, maxGrants);
    table.forEachGrant((key, slot) -> table.keys.put(slot.id(), key));
    new Reclaim(table).leftovers();
    return table;
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
   * Changes grants; see {@link io.aegis.enforcer.spi.Enforcer#apply}.
   *
   * @param update what to change
   * @return what became of it
   * @throws Errno if it could not be waited for packets in flight; everything else is an outcome
   */
  public UpdateResult apply(GrantUpdate update) throws Errno {
    return new GrantChange(this).apply(update);
  }

  /**
   * Makes these the grants in force; see {@link io.aegis.enforcer.spi.Enforcer#replace}.
   *
   * @param wanted all of them
   * @return what became of those that were touched
   * @throws Errno if the grants in force cannot be read (nothing was changed), or as in {@link
   *     #apply}
   */
  public UpdateResult replace(Collection<Grant> wanted) throws Errno {
    return apply(GrantDifference.between(grants(), wanted));
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
