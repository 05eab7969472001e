/** The grant table in memory shared with the datapath, and its one writer. */
@NullMarked
package io.aegis.enforcer.xdp.internal.table;

import org.jspecify.annotations.NullMarked;
