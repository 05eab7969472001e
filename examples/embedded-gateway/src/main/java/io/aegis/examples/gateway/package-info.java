/**
 * A TCP gateway that embeds the policy engine and an enforcer. {@link
 * io.aegis.examples.gateway.Gateway} is what to start from: it asks, opens and closes. The rest is
 * what a gateway has anyway: users, sockets, a file with the policy.
 */
@NullMarked
package io.aegis.examples.gateway;

import org.jspecify.annotations.NullMarked;
