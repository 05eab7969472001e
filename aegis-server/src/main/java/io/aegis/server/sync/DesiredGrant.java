package io.aegis.server.sync;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import java.time.Instant;

/**
 * One grant as the controller wants it enforced. For one (id, version) nothing here ever changes
 * but the soft expiry, which the controller extends while it agrees.
 *
 * @param grant what the enforcer gets; its hard expiry is signed
 * @param version grows with every change of this grant, 1 at first
 * @param policyVersion the version of the policy that permitted it
 * @param issuedAt when this version was committed, controller's clock
 */
public record DesiredGrant(Grant grant, long version, long policyVersion, Instant issuedAt) {
  /**
   * Makes a desired grant.
   *
   * @throws IllegalArgumentException if a version is out of range
   */
  public DesiredGrant {
    requireNonNull(grant, "grant");
    requireNonNull(issuedAt, "issuedAt");
    if (version < 1 || policyVersion < 0) {
      throw new IllegalArgumentException(
          "grant " + grant.id() + ": version " + version + ", policy version " + policyVersion);
    }
  }
}
