/** An enforcer plugin on nftables, written with the published modules of Aegis alone. */
@NullMarked
package io.aegis.examples.nftables;

import org.jspecify.annotations.NullMarked;
