package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.elf.ElfFile.Relocation;
import io.aegis.enforcer.xdp.internal.elf.ElfFile.Section;
import io.aegis.enforcer.xdp.internal.elf.ElfFile.Symbol;
import io.aegis.enforcer.xdp.internal.elf.ProgramSpec.Reference;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts one program together: its function, and behind it every function that it calls, each once,
 * in the order of the calls (as libbpf does, so that both come to the same tag). For one program.
 */
final class ProgramLinker {

  private static final String MAPS = ".maps";

  /** R_BPF_64_64: the 64-bit immediate of a two-part load. */
  private static final int RELOCATION_LOAD = 1;

  /** R_BPF_64_32: the 32-bit immediate of a call. */
  private static final int RELOCATION_CALL = 10;

  private static final byte LOAD_64 = 0x18;
  private static final byte CALL = (byte) 0x85;

  /** BPF_PSEUDO_CALL, the source register of a call that goes to no helper. */
  private static final int PSEUDO_CALL = 1;

  private static final int INSTRUCTION_BYTES = 8;

  private final ElfFile file;
  private final BtfExt ext;
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private final ByteArrayOutputStream functions = new ByteArrayOutputStream();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private final List<Reference> references = new ArrayList<>();
  private final Map<String, Integer> starts = new HashMap<>();

  /** Where a call is and where it goes, in bytes. */
  private record Call(int at, int target) {}

  private final List<Call> calls = new ArrayList<>();

  ProgramLinker(ElfFile file, BtfExt ext) {
    this.file = file;
    this.ext = ext;
  }

  ProgramSpec link(Symbol function) {
    int _ = append(function);
    byte[] linked = code.toByteArray();
    ByteBuffer instructions = ByteBuffer.wrap(linked).order(ByteOrder.LITTLE_ENDIAN);
    for (Call call : calls) {
      instructions.putInt(call.at() + 4, (call.target() - call.at()) / INSTRUCTION_BYTES - 1);
    }
    return new ProgramSpec(
        function.name(),
        file.sections().get(function.section()).name(),
        Bytes.of(linked),
        references,
        Bytes.of(functions.toByteArray()),
        Bytes.of(lines.toByteArray()));
  }

  /** Appends a function and what it calls; returns where it begins. */
  private int append(Symbol function) {
    int start = code.size();
    starts.put(function.name(), start);
    Section section = file.sections().get(function.section());
    int from = Math.toIntExact(function.value());
    int to = Math.toIntExact(function.value() + function.size());
    if (to > section.bytes().length()) {
      throw new BadObjectException("program " + function.name() + ": reaches beyond its section");
    }
    Bytes own = section.bytes().slice(from, to);
    code.writeBytes(own.toArray());
    int first = start / INSTRUCTION_BYTES;
    functions.writeBytes(ext.functions(section.name(), from, to, first).toArray());
    lines.writeBytes(ext.lines(section.name(), from, to, first).toArray());
    for (Relocation relocation : file.relocationsOf(section)) {
      int at = relocation.offset() - from;
      if (at >= 0 && at < own.length()) {
        relocate(function.name(), relocation, own.buffer(), at, start);
      }
    }
    return start;
  }

  private void relocate(String program, Relocation relocation, ByteBuffer own, int at, int start) {
    Symbol symbol = file.symbols().get(relocation.symbol());
    byte operation = own.get(at);
    if (relocation.type() == RELOCATION_CALL
        && operation == CALL
        && own.get(at + 1) >>> 4 == PSEUDO_CALL
        && symbol.isFunction()) {
      Integer known = starts.get(symbol.name());
      calls.add(new Call(start + at, known != null ? known : append(symbol)));
    } else if (relocation.type() == RELOCATION_LOAD && operation == LOAD_64) {
      references.add(reference(program, symbol, own.getInt(at + 4), start + at));
    } else {
      throw new BadObjectException(
          "program "
              + program
              + ": refers to "
              + symbol.name()
              + " in a way this loader does not do (a call of a static function? inline it)");
    }
  }

  private Reference reference(String program, Symbol symbol, int immediate, int at) {
    String target = file.sections().get(symbol.section()).name();
    if (target.equals(MAPS)) {
      return new Reference(at, symbol.name(), false, 0);
    }
    if (!CollectionSpec.isData(target)) {
      throw new BadObjectException(
          "program " + program + ": refers to " + symbol.name() + " in section " + target);
    }
    // A static variable is named by its section, with its place in the instruction itself.
    return new Reference(at, target, true, (int) symbol.value() + immediate);
  }
}
