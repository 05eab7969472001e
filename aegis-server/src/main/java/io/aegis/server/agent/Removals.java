package io.aegis.server.agent;

import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes grants out of force, each time in an update of their own, so that nothing else can hold
 * them up; what cannot be removed is tried again until it is. Such a grant counts as gone all the
 * same: nobody extends it, and the digest is without it.
 *
 * <p>Not thread-safe: the agent's thread owns it.
 */
final class Removals {

  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);

  /** So many ids are shown in a log line at most. */
  private static final int MOST_SHOWN = 20;

  private final Enforcer enforcer;
  private final AppliedState state;
  private final Set<GrantId> stuck = new TreeSet<>();
  private Set<GrantId> told = Set.of();

  Removals(Enforcer enforcer, AppliedState state) {
    this.enforcer = enforcer;
    this.state = state;
  }

  /** Whether every removal that was asked for is in force. */
  boolean areDone() {
    return stuck.isEmpty();
  }

  /**
   * Removes now.
   *
   * @param ids distinct; those not in force succeed
   * @param outcome gets receipts and failures
   */
  void remove(Collection<GrantId> ids, AnswerWriter.Items outcome) {
    if (ids.isEmpty()) {
      return;
    }
    ids.forEach(state::remove);
    stuck.addAll(ids);
    try {
      UpdateResult result = enforcer.apply(new GrantUpdate(List.copyOf(ids), List.of(), List.of()));
      result.receipts().forEach(receipt -> stuck.remove(receipt.grantId()));
      result.failures().forEach(outcome::failed);
      outcome.receipts(result.receipts());
    } catch (RuntimeException e) {
      LOG.debug("event=removal-failed", e);
    }
    tell();
  }

  /** Removes what stands in the way of nobody's wish; nobody waits for the receipts. */
  void remove(Collection<GrantId> ids) {
    remove(ids, new AnswerWriter.Items());
  }

  /** Tries once more what could not be removed. */
  void retry() {
    remove(List.copyOf(stuck));
  }

  /** A snapshot has replaced everything; this much of it could not be removed. */
  void replaced(Collection<GrantId> left) {
    stuck.clear();
    stuck.addAll(left);
    left.forEach(state::remove);
    tell();
  }

  /** A grant that was removed before is wanted again. */
  void wanted(GrantId id) {
    stuck.remove(id);
  }

  private void tell() {
    if (stuck.equals(told)) {
      return;
    }
    if (stuck.isEmpty()) {
      LOG.info("event=removals-done");
    } else {
      LOG.error(
          "ALARM event=removal-failed grants={} count={} action=\"tried again each second; take the"
              + " interface down if it must not wait\"",
          stuck.stream().limit(MOST_SHOWN).toList(),
          stuck.size());
    }
    told = Set.copyOf(stuck);
  }

  /** Says what is left, for an answer. */
  String left() {
    return stuck.size()
        + " grants could not be removed, "
        + stuck.stream().limit(MOST_SHOWN).toList();
  }
}
