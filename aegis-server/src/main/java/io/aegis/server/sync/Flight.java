package io.aegis.server.sync;

import io.aegis.api.GrantId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A message on its way to an agent, until it is acknowledged.
 *
 * @param serial its number
 * @param revision the revision the agent has when it has applied it
 * @param snapshot whether it replaces everything
 * @param removes the grants it removes, each with the revision at which it was gone
 * @param puts the grants it adds or changes, in the order of the message
 */
record Flight(
    long serial,
    long revision,
    boolean snapshot,
    List<GrantChange.Removed> removes,
    List<GrantChange.Put> puts) {

  /** What the agent holds afterwards, where it refused nothing but {@code refused}. */
  void land(HeldGrants held, Set<GrantId> refused) {
    if (snapshot) {
      held.clear();
    }
    removes.forEach(removed -> held.remove(removed.grantId()));
    for (GrantChange.Put put : puts) {
      if (!refused.contains(put.grantId())) {
        held.put(put.desired());
      }
    }
  }

  /** The revisions of the changes it carries, by grant. */
  Map<GrantId, Long> carries() {
    var revisions = new HashMap<GrantId, Long>();
    removes.forEach(removed -> revisions.put(removed.grantId(), removed.revision()));
    puts.forEach(put -> revisions.put(put.grantId(), put.revision()));
    return revisions;
  }

  Set<GrantId> putIds() {
    var ids = new HashSet<GrantId>();
    puts.forEach(put -> ids.add(put.grantId()));
    return ids;
  }
}
