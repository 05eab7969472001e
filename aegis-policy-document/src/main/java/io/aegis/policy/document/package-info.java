/**
 * A policy as a document: one YAML file with roles, groups, services, rules, and tests of them.
 *
 * <p>A {@link io.aegis.policy.document.DocumentReader} reads it. It is strict: whatever is unknown,
 * wrong or ambiguous is a problem, all of them are told together, each with its line and column,
 * and there is no policy. What was read is a {@link io.aegis.policy.document.PolicyDocument}: the
 * {@link io.aegis.policy.Policy}, the tests, and what a linter has to say.
 *
 * {@snippet file="io/aegis/policy/document/ExampleTest.java" region="read"}
 *
 * <p>Every type here is immutable and safe for any number of threads. Nothing here starts a thread
 * or reads a clock.
 */
@NullMarked
package io.aegis.policy.document;

import org.jspecify.annotations.NullMarked;
