/** What a compiled BPF object says: data, no descriptors. */
@NullMarked
package io.aegis.enforcer.xdp.internal.elf;

import org.jspecify.annotations.NullMarked;
