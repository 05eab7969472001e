/**
 * The command line: one small class for each command, one way to report failures.
 *
 * <p>Exit codes: 0 done, 1 failure, 2 usage or configuration.
 */
@NullMarked
package io.aegis.server.cli;

import org.jspecify.annotations.NullMarked;
