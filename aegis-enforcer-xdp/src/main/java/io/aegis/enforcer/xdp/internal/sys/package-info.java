/** System calls: one method each, no policy, no retry, no log. */
@NullMarked
package io.aegis.enforcer.xdp.internal.sys;

import org.jspecify.annotations.NullMarked;
