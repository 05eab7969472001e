package io.aegis.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proof that one change is in force.
 *
 * @param grantId the grant that changed
 * @param change what was done to it
 * @param appliedAt from when on it is in force: after a removal's time no packet passes by this
 *     grant
 * @param lastAdmittedAt when the last packet passed by this grant; null if none did
 */
public record Receipt(
    GrantId grantId, Change change, Instant appliedAt, @Nullable Instant lastAdmittedAt) {

  /** What was done to a grant. */
  public enum Change {
    /** It was added, or replaced by a newer one of the same id. */
    UPSERTED,
    /** Its soft expiry was moved. */
    EXTENDED,
    /** It is gone, or was not there. */
    REMOVED
  }

  /** Makes a receipt. */
  public Receipt {
    requireNonNull(grantId, "grantId");
    requireNonNull(change, "change");
    requireNonNull(appliedAt, "appliedAt");
  }

  /**
   * Returns when the last packet passed by this grant.
   *
   * @return the time, or empty if none did
   */
  public Optional<Instant> lastAdmitted() {
    return Optional.ofNullable(lastAdmittedAt);
  }
}
