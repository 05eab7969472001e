package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.sys.Bytes;
import java.util.List;

/**
 * A program as it was compiled.
 *
 * @param name its function
 * @param section which says its type, for example {@code xdp}
 * @param instructions 8 bytes each
 * @param references the instructions that name maps or global data
 * @param functionInfo records of the kernel's {@code struct bpf_func_info}
 * @param lineInfo records of the kernel's {@code struct bpf_line_info}
 */
public record ProgramSpec(
    String name,
    String section,
    Bytes instructions,
    List<Reference> references,
    Bytes functionInfo,
    Bytes lineInfo) {

  /**
   * An instruction that loads the address of a map or of global data.
   *
   * @param offset of the instruction, in bytes
   * @param target the name of the map, or of the data section
   * @param isData whether it is a data section
   * @param value for data: which byte of the section
   */
  public record Reference(int offset, String target, boolean isData, int value) {}

  /** Makes a specification. */
  public ProgramSpec {
    references = List.copyOf(references);
  }
}
