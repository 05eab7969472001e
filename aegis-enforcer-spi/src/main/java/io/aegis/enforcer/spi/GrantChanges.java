package io.aegis.enforcer.spi;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.Protocol;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult.Applied;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.spi.UpdateResult.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries out updates on a {@link GrantTable}, one at a time.
 *
 * @param table the grants
 * @param capabilities what the enforcer can do
 * @param maxGrants how many it may hold
 * @param at the time of the update
 */
record GrantChanges(GrantTable table, Set<Capability> capabilities, int maxGrants, Instant at) {

  /** How many grants may have the same client and target. */
  static final int MOST_SHARERS = 4;

  UpdateResult apply(GrantUpdate update) {
    var outcomes = new ArrayList<Outcome>();
    update.removes().forEach(id -> outcomes.add(remove(id)));
    update.upserts().forEach(grant -> outcomes.add(upsert(grant)));
    update.extensions().forEach(extension -> outcomes.add(extend(extension)));
    return new UpdateResult(outcomes);
  }

  /** The update that turns the grants in force into {@code grants}. */
  GrantUpdate difference(Collection<Grant> grants) {
    Map<GrantId, Grant> wanted = HashMap.newHashMap(grants.size());
    for (Grant grant : grants) {
      if (wanted.putIfAbsent(grant.id(), grant) != null) {
        throw new IllegalArgumentException("grant " + grant.id() + " is listed twice");
      }
    }
    var removes = new ArrayList<GrantId>();
    for (GrantEntry entry : table.entries()) {
      if (!wanted.containsKey(entry.grant().id())) {
        removes.add(entry.grant().id());
      }
    }
    var upserts = new ArrayList<Grant>();
    var extensions = new ArrayList<Extension>();
    for (Grant grant : grants) {
      GrantEntry entry = table.get(grant.id());
      if (entry == null || !sameButSoftExpiry(entry.grant(), grant)) {
        upserts.add(grant);
      } else if (!entry.grant().equals(grant)) {
        extensions.add(new Extension(grant.id(), grant.softExpiry()));
      }
    }
    return new GrantUpdate(removes, upserts, extensions);
  }

  private static boolean sameButSoftExpiry(Grant a, Grant b) {
    return a.hardExpiry().equals(b.hardExpiry()) && a.withSoftExpiry(b.softExpiry()).equals(b);
  }

  private Outcome remove(GrantId id) {
    GrantEntry gone = table.remove(id);
    return applied(id, Change.REMOVED, gone == null ? Activity.NONE : gone.activity());
  }

  // A form that failed leaves no older one behind, which nobody wants any more.
  private Outcome upsert(Grant grant) {
    Outcome outcome = tryUpsert(grant);
    if (outcome instanceof Failed) {
      table.remove(grant.id());
    }
    return outcome;
  }

  private Outcome tryUpsert(Grant grant) {
    Set<Capability> lacking = lacking(grant);
    if (!lacking.isEmpty()) {
      return failed(grant, Kind.UNSUPPORTED, "this enforcer lacks " + lacking + "; leave it out");
    }
    GrantEntry before = table.get(grant.id());
    if (before == null && table.size() >= maxGrants) {
      return failed(
          grant,
          Kind.EXHAUSTED,
          "all " + maxGrants + " places are taken; raise maxGrants or remove");
    }
    if (table.sharers(grant) >= MOST_SHARERS) {
      return failed(
          grant, Kind.EXHAUSTED, MOST_SHARERS + " grants have this client and target; remove one");
    }
    Activity activity =
        before != null && sameTuple(before.grant(), grant) ? before.activity() : Activity.NONE;
    table.put(GrantEntry.applied(grant, at, activity));
    return applied(grant.id(), Change.UPSERTED, activity);
  }

  private Set<Capability> lacking(Grant grant) {
    var needed = EnumSet.noneOf(Capability.class);
    Target target = grant.target();
    if (grant.client().family() == Family.IPV6) {
      needed.add(Capability.IPV6);
    }
    if (!target.prefix().isSingleAddress()) {
      needed.add(Capability.PREFIX_TARGETS);
    }
    if (target.protocol().hasPorts() && !target.ports().isSinglePort()) {
      needed.add(Capability.PORT_RANGES);
    }
    if (target.protocol() == Protocol.ICMP_ECHO) {
      needed.add(Capability.ICMP_ECHO);
    }
    if (grant.mode() == EnforcementMode.AUDIT) {
      needed.add(Capability.AUDIT);
    }
    if (table.sharers(grant) > 0) {
      needed.add(Capability.SHARED_TUPLES);
    }
    needed.removeAll(capabilities);
    return needed;
  }

  private static boolean sameTuple(Grant a, Grant b) {
    return a.client().equals(b.client()) && a.target().equals(b.target());
  }

  private static Failed failed(Grant grant, Kind kind, String why) {
    return new Failed(
        grant.id(),
        kind,
        "adding grant "
            + grant.id()
            + " for "
            + grant.client()
            + " to "
            + grant.target()
            + ": "
            + why);
  }

  private Outcome extend(Extension extension) {
    GrantEntry entry = table.get(extension.id());
    if (entry == null) {
      return new Failed(
          extension.id(),
          Kind.INTERNAL,
          "extending grant " + extension.id() + ": it is not in force; apply it as a new grant");
    }
    table.put(entry.extendedTo(extension.softExpiry()));
    return applied(extension.id(), Change.EXTENDED, entry.activity());
  }

  private Applied applied(GrantId id, Change change, Activity activity) {
    return new Applied(new Receipt(id, change, at, activity.lastAdmittedAt()));
  }

  /** The grants of the table, in the order of their ids. */
  static List<Grant> grants(GrantTable table) {
    return table.entries().stream().map(GrantEntry::grant).toList();
  }
}
