/**
 * The contract between Aegis and whatever enforces its grants.
 *
 * <p>Start at {@link io.aegis.enforcer.spi.Enforcer} (what an enforcer promises) and {@link
 * io.aegis.enforcer.spi.EnforcerProvider} (how one is found and opened). {@link
 * io.aegis.enforcer.spi.InMemoryEnforcer} is the executable specification of the datapath.
 */
@NullMarked
package io.aegis.enforcer.spi;

import org.jspecify.annotations.NullMarked;
