/**
 * A network in a box: namespaces for two clients, a switch, a gateway and a private zone, joined by
 * veth pairs, with real services, a controller and an agent in them. For {@code aegis lab} and
 * {@code aegis demo}; needs root.
 */
@NullMarked
package io.aegis.server.lab;

import org.jspecify.annotations.NullMarked;
