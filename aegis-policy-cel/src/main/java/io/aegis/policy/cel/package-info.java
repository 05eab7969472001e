/**
 * Conditions of rules in the Common Expression Language: {@link io.aegis.policy.cel.CelConditions}.
 */
@NullMarked
package io.aegis.policy.cel;

import org.jspecify.annotations.NullMarked;
