package io.aegis.enforcer.xdp.internal.elf;

/**
 * A global variable.
 *
 * @param name as in C
 * @param section where it is
 * @param offset in the section, in bytes
 * @param size in bytes
 */
public record VariableSpec(String name, String section, int offset, int size) {}
