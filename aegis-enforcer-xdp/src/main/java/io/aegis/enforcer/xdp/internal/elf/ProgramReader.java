package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.elf.ElfFile.Relocation;
import io.aegis.enforcer.xdp.internal.elf.ElfFile.Section;
import io.aegis.enforcer.xdp.internal.elf.ElfFile.Symbol;
import io.aegis.enforcer.xdp.internal.elf.ProgramSpec.Reference;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the programs of an object: one for each function in an executable section. */
final class ProgramReader {

  private static final String MAPS = ".maps";

  /** R_BPF_64_64: the 64-bit immediate of a two-part load. */
  private static final int RELOCATION_LOAD = 1;

  /** The operation code of that load. */
  private static final byte LOAD_64 = 0x18;

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
        programs.put(symbol.name(), read(symbol));
      }
    }
    return programs;
  }

  private ProgramSpec read(Symbol function) {
    Section section = file.sections().get(function.section());
    int from = Math.toIntExact(function.value());
    int to = Math.toIntExact(function.value() + function.size());
    if (to > section.bytes().length()) {
      throw new BadObjectException("program " + function.name() + ": reaches beyond its section");
    }
    Bytes code = section.bytes().slice(from, to);
    return new ProgramSpec(
        function.name(),
        section.name(),
        code,
        references(function, section, code),
        ext.functions(section.name(), from, to),
        ext.lines(section.name(), from, to));
  }

  private List<Reference> references(Symbol function, Section section, Bytes code) {
    var references = new ArrayList<Reference>();
    int from = (int) function.value();
    ByteBuffer instructions = code.buffer();
    for (Relocation relocation : file.relocationsOf(section)) {
      int at = relocation.offset() - from;
      if (at >= 0 && at < code.length()) {
        references.add(reference(function.name(), relocation, instructions, at));
      }
    }
    return references;
  }

  private Reference reference(String program, Relocation relocation, ByteBuffer code, int at) {
    Symbol symbol = file.symbols().get(relocation.symbol());
    if (relocation.type() != RELOCATION_LOAD || code.get(at) != LOAD_64) {
      throw new BadObjectException(
          "program "
              + program
              + ": refers to "
              + symbol.name()
              + " in a way this loader does not do (a call between functions? make it inline)");
    }
    String target = file.sections().get(symbol.section()).name();
    if (target.equals(MAPS)) {
      return new Reference(at, symbol.name(), false, 0);
    }
    if (!CollectionSpec.isData(target)) {
      throw new BadObjectException(
          "program " + program + ": refers to " + symbol.name() + " in section " + target);
    }
    // A static variable is named by its section, with its place in the instruction itself.
    return new Reference(at, target, true, (int) symbol.value() + code.getInt(at + 4));
  }
}
