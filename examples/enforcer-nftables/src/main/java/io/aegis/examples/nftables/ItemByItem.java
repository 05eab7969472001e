package io.aegis.examples.nftables;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.spi.UpdateResult.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries an update out as one transaction. Where nft refuses that, each item is one of its own, in
 * order, so that the one that cannot be done holds up no other.
 *
 * @param attempt carries out a whole update or throws, having changed nothing
 */
record ItemByItem(Attempt attempt) {
  /** All or nothing. */
  interface Attempt {
    UpdateResult apply(GrantUpdate update);
  }

  UpdateResult apply(GrantUpdate update) {
    try {
      return attempt.apply(update);
    } catch (EnforcerException e) {
      var outcomes = new ArrayList<Outcome>();
      update.removes().forEach(id -> outcomes.add(one(removing(id), id)));
      update.upserts().forEach(grant -> outcomes.add(upsert(grant)));
      update.extensions().forEach(each -> outcomes.add(one(extending(each), each.id())));
      if (outcomes.stream().allMatch(Failed.class::isInstance)) {
        throw e;
      }
      return new UpdateResult(outcomes);
    }
  }

  private Outcome upsert(Grant grant) {
    Outcome outcome = one(GrantUpdate.adding(grant), grant.id());
    if (!(outcome instanceof Failed failed)) {
      return outcome;
    }
    // Whoever puts a new form has given up the older one.
    return one(removing(grant.id()), grant.id()) instanceof Failed still
        ? with(failed, failed.message() + "; AND ITS OLDER FORM MAY ENFORCE ON: " + still.message())
        : failed;
  }

  private static Failed with(Failed failed, String message) {
    return new Failed(failed.grantId(), failed.kind(), message);
  }

  private Outcome one(GrantUpdate update, GrantId id) {
    try {
      return attempt.apply(update).outcomes().getFirst();
    } catch (EnforcerException e) {
      return new Failed(id, e.kind(), String.valueOf(e.getMessage()));
    }
  }

  private static GrantUpdate removing(GrantId id) {
    return GrantUpdate.removing(id);
  }

  private static GrantUpdate extending(Extension extension) {
    return new GrantUpdate(List.of(), List.of(), List.of(extension));
  }
}
