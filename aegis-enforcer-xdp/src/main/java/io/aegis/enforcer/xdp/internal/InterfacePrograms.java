package io.aegis.enforcer.xdp.internal;

import org.jspecify.annotations.Nullable;

/**
 * The programs of one interface.
 *
 * @param arriving for frames that arrive
 * @param leaving for frames that leave; null where this kernel has no such programs
 */
record InterfacePrograms(ProgramPair arriving, @Nullable ProgramPair leaving) {}
