/**
 * The words of Aegis as types: addresses, targets, grants, static rules, verdicts, receipts.
 *
 * <p>Every type here is immutable, safe for any number of threads, and cannot be wrong: the
 * constructor validates, and its message names the rule and the value. Values have no life of their
 * own: no I/O, no clock.
 */
@NullMarked
package io.aegis.api;

import org.jspecify.annotations.NullMarked;
