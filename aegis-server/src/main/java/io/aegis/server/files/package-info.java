/** Files that other users of the machine must not be able to prepare, replace or hold. */
@NullMarked
package io.aegis.server.files;

import org.jspecify.annotations.NullMarked;
