/** Live maps, typed. */
@NullMarked
package io.aegis.enforcer.xdp.internal.map;

import org.jspecify.annotations.NullMarked;
