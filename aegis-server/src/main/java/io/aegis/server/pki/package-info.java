/** Certificates and keys: the development CA, what agents are given, what controllers sign with. */
@NullMarked
package io.aegis.server.pki;

import org.jspecify.annotations.NullMarked;
