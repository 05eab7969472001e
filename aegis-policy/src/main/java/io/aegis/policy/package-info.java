/**
 * Who may reach what, from where, and until when.
 *
 * <p>A {@link io.aegis.policy.Policy} lists services and rules. {@link
 * io.aegis.policy.PolicyEngine#compile} turns it into an engine; {@link
 * io.aegis.policy.PolicyEngine#decide} answers an {@link io.aegis.policy.AccessRequest} with a
 * {@link io.aegis.policy.Decision}. Without a permit there is no access, and any forbid wins over
 * every permit; an empty policy denies everything.
 *
 * {@snippet file="io/aegis/policy/ExampleTest.java" region="decide"}
 *
 * <p>Every type here is immutable and safe for any number of threads. Nothing here does I/O, starts
 * a thread or reads a clock: the time is a part of the request.
 */
@NullMarked
package io.aegis.policy;

import org.jspecify.annotations.NullMarked;
