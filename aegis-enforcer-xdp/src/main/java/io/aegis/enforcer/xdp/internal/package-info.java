/** The XDP enforcer. */
@NullMarked
package io.aegis.enforcer.xdp.internal;

import org.jspecify.annotations.NullMarked;
