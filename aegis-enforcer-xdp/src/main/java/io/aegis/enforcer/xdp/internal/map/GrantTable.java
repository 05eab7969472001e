package io.aegis.enforcer.xdp.internal.map;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes the grants in force.
 *
 * <p>The kernel is the truth. Grants stand there by tuple, so removing one by its id needs to know
 * the tuple; that index is kept here, as a cache that is rebuilt from the kernel at the start.
 *
 * <p>For one thread at a time, which the owner sees to. Borrows the descriptors.
 */
public final class GrantTable {

  final GrantReader reader;
  final BpfMap<GrantKey, GrantSet> grants;
  final BpfMap<Long, ActivityRecord> activity;
  final BootClock clock;
  final GracePeriod grace;
  final int maxGrants;

  /** Where each grant stands. */
  final Map<Long, GrantKey> keys = new HashMap<>();

  private GrantTable(GrantReader reader, GracePeriod grace, int maxGrants) {
    this.reader = reader;
    this.grants = reader.grants;
    this.activity = reader.activity;
    this.clock = reader.clock;
    this.grace = grace;
    this.maxGrants = maxGrants;
  }

  /**
   * Opens the table over two maps, which may hold grants of an earlier process.
   *
   * @param reader of the maps
   * @param grace waits for running programs
   * @param maxGrants how many grants may be in force
   * @return the table
   * @throws Errno if the maps cannot be read
   */
  public static GrantTable open(GrantReader reader, GracePeriod grace, int maxGrants) throws Errno {
    var table = new GrantTable(reader, grace, maxGrants);
    reader.forEachGrant((key, slot) -> table.keys.put(slot.id(), key));
    new Reclaim(table).leftovers();
    return table;
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
    return apply(GrantDifference.between(reader.grants(), wanted));
  }
}
