@NullMarked
package io.aegis.policy.cel;

import org.jspecify.annotations.NullMarked;
