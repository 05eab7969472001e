package io.aegis.wire;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A grant as the controller issues it to one gateway: what stands in the bytes under a seal.
 *
 * @param audience the gateway it is meant for, 1 to 128 characters
 * @param grant the grant; expiries on the controller's clock
 * @param epoch the lineage of desired state, 1 or more
 * @param revision the revision at which it was sealed, 0 or more
 * @param version grows with every change of this grant, 1 or more
 * @param policyVersion the version of the policy that permitted it, 0 or more
 * @param issuedAt when it was sealed; cut to milliseconds
 * @param notAfter from when on these bytes open nothing; cut to milliseconds, not before issuedAt
 */
public record IssuedGrant(
    String audience,
    Grant grant,
    long epoch,
    long revision,
    long version,
    long policyVersion,
    Instant issuedAt,
    Instant notAfter) {

  private static final int LONGEST_AUDIENCE = 128;

  /**
   * Makes an issued grant.
   *
   * @throws IllegalArgumentException if a number is out of range, the audience is empty or too
   *     long, or it ends before it was issued
   */
  public IssuedGrant {
    requireNonNull(grant, "grant");
    issuedAt = issuedAt.truncatedTo(ChronoUnit.MILLIS);
    notAfter = notAfter.truncatedTo(ChronoUnit.MILLIS);
    if (audience.isEmpty() || audience.length() > LONGEST_AUDIENCE) {
      throw new IllegalArgumentException(
          "an audience has 1 to " + LONGEST_AUDIENCE + " characters, not " + audience.length());
    }
    if (epoch < 1 || revision < 0 || version < 1 || policyVersion < 0) {
      throw new IllegalArgumentException(
          "grant %s: epoch %d, revision %d, version %d, policy version %d"
              .formatted(grant.id(), epoch, revision, version, policyVersion));
    }
    if (notAfter.isBefore(issuedAt)) {
      throw new IllegalArgumentException(
          "grant " + grant.id() + ": ends at " + notAfter + ", before its issue at " + issuedAt);
    }
  }
}
