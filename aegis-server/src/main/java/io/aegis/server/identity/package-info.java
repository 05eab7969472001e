/** Who somebody is and what rank they have: users, roles, passwords, sessions and tokens. */
@NullMarked
package io.aegis.server.identity;

import org.jspecify.annotations.NullMarked;
