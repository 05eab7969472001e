/** Reads BPF ring buffers through a mapping of their memory. */
@NullMarked
package io.aegis.enforcer.xdp.internal.ring;

import org.jspecify.annotations.NullMarked;
