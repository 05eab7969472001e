/**
 * Carries committed desired state from the controller to agents and their proofs back: both ends of
 * the wire.
 *
 * <p>The controller's side depends on two things it does not implement: {@link
 * io.aegis.server.sync.DesiredState} (what shall be enforced, in commit order) and {@link
 * io.aegis.server.sync.GatewayRegistry} (which gateways there are). What the rest of the controller
 * uses is {@link io.aegis.server.sync.Distribution}.
 */
@NullMarked
package io.aegis.server.sync;

import org.jspecify.annotations.NullMarked;
