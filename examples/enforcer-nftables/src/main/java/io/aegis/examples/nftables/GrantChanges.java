package io.aegis.examples.nftables;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Applied;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.spi.UpdateResult.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns one update into one transaction, and into the outcomes that hold once it is in force. It
 * works on a copy of the books, so that nothing has to be undone when nft refuses.
 */
final class GrantChanges {
  private final GrantBooks books;
  private final Transaction transaction;
  private final Map<Tuple, Activity> seen;
  private final int maxGrants;
  private final List<Function<Instant, Outcome>> outcomes = new ArrayList<>();

  /**
   * Begins an update.
   *
   * @param books the grants in force, which this changes
   * @param transaction where the changes go
   * @param seen what they have admitted
   * @param maxGrants how many there may be
   */
  GrantChanges(
      GrantBooks books, Transaction transaction, Map<Tuple, Activity> seen, int maxGrants) {
    this.books = books;
    this.transaction = transaction;
    this.seen = seen;
    this.maxGrants = maxGrants;
  }

  void plan(GrantUpdate update) {
    update.removes().forEach(this::remove);
    update.upserts().forEach(this::upsert);
    update.extensions().forEach(this::extend);
  }

  UpdateResult result(Instant appliedAt) {
    return new UpdateResult(outcomes.stream().map(each -> each.apply(appliedAt)).toList());
  }

  private void remove(GrantId id) {
    Grant before = drop(id);
    applied(id, Change.REMOVED, before);
  }

  private @Nullable Grant drop(GrantId id) {
    Grant before = books.remove(id);
    if (before != null) {
      transaction.remove(before);
    }
    return before;
  }

  // A form that failed leaves no older one behind, which nobody wants any more.
  private void upsert(Grant grant) {
    Failed failed = refusal(grant);
    if (failed != null) {
      drop(grant.id());
      outcomes.add(_ -> failed);
      return;
    }
    Grant before = books.get(grant.id());
    boolean same = before != null && Tuple.of(before).equals(Tuple.of(grant));
    if (before != null && same) {
      transaction.clear(before);
    } else {
      drop(grant.id());
      transaction.remove(grant); // what a packet in flight may have left of an earlier grant
    }
    books.put(grant);
    transaction.add(grant);
    applied(grant.id(), Change.UPSERTED, same ? before : null);
  }

  private @Nullable Failed refusal(Grant grant) {
    String lacking = lacking(grant);
    if (lacking != null) {
      return failed(grant, Kind.UNSUPPORTED, "this enforcer lacks " + lacking + "; leave it out");
    }
    if (books.get(grant.id()) == null && books.size() >= maxGrants) {
      return failed(
          grant,
          Kind.EXHAUSTED,
          "all " + maxGrants + " places are taken; raise maxGrants or remove");
    }
    if (!books.admitsIdleLimitOf(grant)) {
      return failed(
          grant,
          Kind.EXHAUSTED,
          "grants in force have "
              + GrantBooks.MOST_IDLE_LIMITS
              + " different idle limits already; use one of them");
    }
    return null;
  }

  private @Nullable String lacking(Grant grant) {
    Target target = grant.target();
    if (!target.prefix().isSingleAddress()) {
      return "PREFIX_TARGETS";
    }
    if (target.protocol().hasPorts() && !target.ports().isSinglePort()) {
      return "PORT_RANGES";
    }
    if (grant.mode() == EnforcementMode.AUDIT) {
      return "AUDIT";
    }
    GrantId holder = books.holder(grant);
    return holder == null || holder.equals(grant.id())
        ? null
        : "SHARED_TUPLES, and grant " + holder + " has this client and target";
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

  private void extend(Extension extension) {
    Grant before = books.get(extension.id());
    if (before == null) {
      String message =
          "extending grant " + extension.id() + ": it is not in force; apply it as a new grant";
      outcomes.add(_ -> new Failed(extension.id(), Kind.INTERNAL, message));
      return;
    }
    Instant hard = before.hardExpiry();
    boolean beyond = extension.softExpiry().isAfter(hard);
    Grant after = before.withSoftExpiry(beyond ? hard : extension.softExpiry());
    books.put(after);
    transaction.extend(after);
    applied(extension.id(), Change.EXTENDED, before);
  }

  private void applied(GrantId id, Change change, @Nullable Grant before) {
    Activity activity =
        before == null ? Activity.NONE : seen.getOrDefault(Tuple.of(before), Activity.NONE);
    outcomes.add(at -> new Applied(new Receipt(id, change, at, activity.lastAdmittedAt())));
  }
}
