package io.aegis.enforcer.xdp.internal.map;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the smallest update that leads from the grants in force to those wanted. */
final class GrantDifference {

  private GrantDifference() {}

  /**
   * Compares.
   *
   * @throws IllegalArgumentException if two wanted grants have the same id
   */
  static GrantUpdate between(List<Grant> inForce, Collection<Grant> wanted) {
    Map<GrantId, Grant> old = new HashMap<>();
    inForce.forEach(grant -> old.put(grant.id(), grant));
    var removes = new ArrayList<GrantId>();
    var upserts = new ArrayList<Grant>();
    var extensions = new ArrayList<Extension>();
    var wantedById = new HashMap<GrantId, Grant>();
    for (Grant grant : wanted) {
      if (wantedById.put(grant.id(), grant) != null) {
        throw new IllegalArgumentException("grant " + grant.id() + " appears twice");
      }
      Grant before = old.get(grant.id());
      if (before == null || !isSameButSoftExpiry(before, grant)) {
        upserts.add(grant);
      } else if (!before.equals(grant)) {
        extensions.add(new Extension(grant.id(), grant.softExpiry()));
      }
    }
    inForce.stream().map(Grant::id).filter(id -> !wantedById.containsKey(id)).forEach(removes::add);
    return new GrantUpdate(removes, upserts, extensions);
  }

  private static boolean isSameButSoftExpiry(Grant before, Grant wanted) {
    return !before.hardExpiry().isBefore(wanted.softExpiry())
        && before.withSoftExpiry(wanted.softExpiry()).equals(wanted);
  }
}
