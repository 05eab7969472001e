/**
 * The agent on a gateway: opens the configured enforcer, dials its controllers for ever, verifies
 * what they send and hands it to the enforcer, and proves what is in force.
 */
@NullMarked
package io.aegis.server.agent;

import org.jspecify.annotations.NullMarked;
