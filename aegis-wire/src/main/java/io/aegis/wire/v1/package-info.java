/** The wire contract. */
@NullMarked
package io.aegis.wire.v1;

import org.jspecify.annotations.NullMarked;
