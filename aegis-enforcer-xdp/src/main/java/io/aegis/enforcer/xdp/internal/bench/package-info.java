/** The benchmark of the datapath: {@code ./aegis bench}. Nothing else uses it. */
@NullMarked
package io.aegis.enforcer.xdp.internal.bench;

import org.jspecify.annotations.NullMarked;
