/** The decision engine. */
@NullMarked
package io.aegis.policy;

import org.jspecify.annotations.NullMarked;
