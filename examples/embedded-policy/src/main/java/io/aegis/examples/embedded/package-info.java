/**
 * The policy engine and an enforcer inside a program of one's own: {@link
 * io.aegis.examples.embedded.Gateway} is what to start from, {@link
 * io.aegis.examples.embedded.Main} shows it at work.
 */
@NullMarked
package io.aegis.examples.embedded;

import org.jspecify.annotations.NullMarked;
