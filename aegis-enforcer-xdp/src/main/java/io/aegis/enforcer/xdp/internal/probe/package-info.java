/** What this kernel and this process can do: tried, not guessed. */
@NullMarked
package io.aegis.enforcer.xdp.internal.probe;

import org.jspecify.annotations.NullMarked;
