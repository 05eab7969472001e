package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.sys.Bytes;

/**
 * A section of global variables, which becomes an array map with one element.
 *
 * @param name the section, for example {@code .rodata}
 * @param content the initial values
 */
public record DataSpec(String name, Bytes content) {

  /**
   * Returns whether it is constant to the program: the kernel then takes its values into account
   * when it verifies, and leaves out code that can never run.
   *
   * @return true for {@code .rodata} and its kind
   */
  public boolean isReadOnly() {
    return name.startsWith(".rodata");
  }
}
