package io.aegis.server.agent;

import io.aegis.api.Grant;
import java.time.Instant;
import java.util.Optional;

/**
 * The gateway's own bounds on what any controller may open here. Asked before every change of the
 * enforcer.
 */
@FunctionalInterface
interface Envelope {

  /**
   * Says what of the bounds a grant breaks.
   *
   * @param grant a verified grant
   * @param now the controller's clock, as it is known here
   * @return what it breaks, in words; empty if it is within bounds
   */
  Optional<String> breach(Grant grant, Instant now);
}
