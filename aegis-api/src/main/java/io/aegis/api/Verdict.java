package io.aegis.api;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the datapath did with a packet, or would do.
 *
 * @param admitted whether it passes
 * @param reason why; for an interface in audit mode the reason to drop may stand beside {@code
 *     admitted}
 * @param grantId the grant that decided; null when none did or the backend cannot tell
 */
public record Verdict(boolean admitted, Reason reason, @Nullable GrantId grantId) {

  /**
   * Makes a verdict.
   *
   * @throws IllegalArgumentException if a reason to admit stands beside a drop
   */
  public Verdict {
    requireNonNull(reason, "reason");
    if (reason.admits() && !admitted) {
      throw new IllegalArgumentException(reason + " is a reason to admit");
    }
  }

  /**
   * Returns the verdict that an enforcing interface gives for a reason, without a grant.
   *
   * @param reason the reason
   * @return admitted exactly if the reason admits
   */
  public static Verdict of(Reason reason) {
    return new Verdict(reason.admits(), reason, null);
  }

  /**
   * Returns whether the packet passes only because its interface is in audit mode.
   *
   * @return true if it would be dropped when enforcing
   */
  public boolean wouldDrop() {
    return admitted && !reason.admits();
  }

  /**
   * Returns the grant that decided.
   *
   * @return the id, or empty when none did or the backend cannot tell
   */
  public Optional<GrantId> grant() {
    return Optional.ofNullable(grantId);
  }
}
