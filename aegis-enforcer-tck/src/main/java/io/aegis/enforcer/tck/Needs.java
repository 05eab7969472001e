package io.aegis.enforcer.tck;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.Protocol;
import io.aegis.enforcer.spi.Capability;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which capabilities a grant needs. */
final class Needs {
  private Needs() {}

  static Set<Capability> of(Grant grant) {
    var needs = EnumSet.noneOf(Capability.class);
    if (grant.client().family() == Family.IPV6) {
      needs.add(Capability.IPV6);
    }
    if (!grant.target().prefix().isSingleAddress()) {
      needs.add(Capability.PREFIX_TARGETS);
    }
    if (grant.target().protocol().hasPorts() && !grant.target().ports().isSinglePort()) {
      needs.add(Capability.PORT_RANGES);
    }
    if (grant.target().protocol() == Protocol.ICMP_ECHO) {
      needs.add(Capability.ICMP_ECHO);
    }
    if (grant.mode() == EnforcementMode.AUDIT) {
      needs.add(Capability.AUDIT);
    }
    return needs;
  }

  /** Those that a backend with these capabilities refuses when they are added in this order. */
  static Set<Grant> refusedOf(Collection<Grant> grants, Set<Capability> capabilities) {
    var refused = new LinkedHashSet<Grant>();
    var tuples = new HashSet<List<Object>>();
    for (Grant grant : grants) {
      List<Object> tuple = List.of(grant.client(), grant.target());
      boolean shared = tuples.contains(tuple);
      if (!capabilities.containsAll(of(grant))
          || (shared && !capabilities.contains(Capability.SHARED_TUPLES))) {
        refused.add(grant);
      } else {
        tuples.add(tuple);
      }
    }
    return refused;
  }
}
