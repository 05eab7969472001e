@NullMarked
package io.aegis.wire;

import org.jspecify.annotations.NullMarked;
