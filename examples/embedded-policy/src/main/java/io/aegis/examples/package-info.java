/** Embeds the policy engine. */
@NullMarked
package io.aegis.examples;

import org.jspecify.annotations.NullMarked;
