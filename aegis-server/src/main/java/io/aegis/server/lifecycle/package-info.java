/** Starts the parts of a process in order and stops them in reverse; knows when to stop. */
@NullMarked
package io.aegis.server.lifecycle;

import org.jspecify.annotations.NullMarked;
