/**
 * The main job as a story in numbered steps, told by {@code aegis demo}: on real packets in a lab
 * as root, on the in-memory enforcer with simulated packets otherwise.
 */
@NullMarked
package io.aegis.server.demo;

import org.jspecify.annotations.NullMarked;
