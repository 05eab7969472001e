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

  private final GrantReader reader;

  final BpfMap<GrantKey, GrantSet> grants;
  final BpfMap<Long, ActivityRecord> activity;
  final GracePeriod grace;
  final BootClock clock;
  final int maxGrants;

  /** Where each grant stands. */
  final Map<Long, GrantKey> keys = new HashMap<>();

  private GrantTable(
      OwnedFd grants, OwnedFd activity, GracePeriod grace, BootClock clock, int maxGrants) {
    this.reader = new GrantReader(grants, activity, clock);
    this.grants = reader.grantMap();
    this.activity = reader.activityMap();
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

  void forEachGrant(GrantReader.GrantAction action) throws Errno {
    reader.forEachGrant(action);
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
    return reader.grants();
  }

  /**
   * Reads what the grants have seen.
   *
   * @return an entry for each grant
   * @throws Errno if it cannot be read
   */
  public Map<GrantId, Activity> activity() throws Errno {
    return reader.activity();
  }
}
