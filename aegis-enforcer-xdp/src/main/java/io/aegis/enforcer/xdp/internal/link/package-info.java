/** Programs on interfaces, and their pins. */
@NullMarked
package io.aegis.enforcer.xdp.internal.link;

import org.jspecify.annotations.NullMarked;
