package io.aegis.policy;

import java.util.Set;

/** What has to be done before a permit may be acted on. Who cannot do it must deny. */
public sealed interface Obligation {

  /**
   * Withdraw this service from other principals at the same address, and only then open it.
   *
   * @param principalIds whom to withdraw it from; at least one
   */
  record TakeOver(Set<String> principalIds) implements Obligation {
    /**
     * Makes an obligation.
     *
     * @throws IllegalArgumentException if there is nobody to take over from
     */
    public TakeOver {
      principalIds = Set.copyOf(principalIds);
      if (principalIds.isEmpty()) {
        throw new IllegalArgumentException("a takeover is from at least one principal");
      }
    }
  }
}
