package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.elf.ElfFile.Symbol;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds the programs of an object: one for each function in an executable section of its own, with
 * the functions of {@code .text} that it calls behind it.
 */
final class ProgramReader {

  /** Where functions are that are no programs. */
  private static final String FUNCTIONS = ".text";

  private final ElfFile file;
  private final BtfExt ext;

  ProgramReader(ElfFile file, Btf btf) {
    this.file = file;
    this.ext = BtfExt.parse(file.require(".BTF.ext").bytes(), btf);
  }

  Map<String, ProgramSpec> programs() {
    var programs = new LinkedHashMap<String, ProgramSpec>();
    for (Symbol symbol : file.symbols()) {
      if (symbol.isFunction() && symbol.size() > 0) {
        String section = file.sections().get(symbol.section()).name();
        if (!section.equals(FUNCTIONS)) {
          programs.put(symbol.name(), new ProgramLinker(file, ext).link(symbol));
        }
      }
    }
    return programs;
  }
}
