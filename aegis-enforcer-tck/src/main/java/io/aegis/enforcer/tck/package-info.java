/** The contract kit. */
@NullMarked
package io.aegis.enforcer.tck;

import org.jspecify.annotations.NullMarked;
