/** Brings a parsed object into the kernel. */
@NullMarked
package io.aegis.enforcer.xdp.internal.load;

import org.jspecify.annotations.NullMarked;
