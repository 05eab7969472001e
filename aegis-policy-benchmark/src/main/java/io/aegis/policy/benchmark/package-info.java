/**
 * What a decision of the policy engine takes, beside its budgets and beside what jCasbin and Cedar
 * take for the same requests. The program behind {@code ./aegis bench policy}.
 */
@NullMarked
package io.aegis.policy.benchmark;

import org.jspecify.annotations.NullMarked;
