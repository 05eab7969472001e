package io.aegis.server.sync;

import io.aegis.api.GrantId;
import java.util.HashMap;
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
 * @param extensions the grants of which only the soft expiry moves
 */
record Flight(
    long serial,
    long revision,
    boolean snapshot,
    List<GrantChange.Removed> removes,
    List<GrantChange.Put> puts,
    List<GrantChange.Put> extensions) {

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
    for (GrantChange.Put extension : extensions) {
      if (refused.contains(extension.grantId())) {
        held.remove(extension.grantId());
      } else {
        held.put(extension.desired());
      }
    }
  }

  /** The revisions of the changes it carries, by grant. */
  Map<GrantId, Long> carries() {
    var revisions = new HashMap<GrantId, Long>();
    removes.forEach(removed -> revisions.put(removed.grantId(), removed.revision()));
    puts.forEach(put -> revisions.put(put.grantId(), put.revision()));
    extensions.forEach(put -> revisions.put(put.grantId(), put.revision()));
    return revisions;
  }
}
