/** The command line. */
@NullMarked
package io.aegis.server.cli;

import org.jspecify.annotations.NullMarked;
