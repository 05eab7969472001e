package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.sys.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sections, symbols and relocations of a relocatable ELF64 file for BPF, little-endian (System
 * V ABI, chapters 4 and 5). Immutable.
 *
 * @param sections by their index
 * @param symbols by their index
 */
record ElfFile(List<Section> sections, List<Symbol> symbols) {

  private static final int MAGIC = 0x464c457f;
  private static final byte CLASS_64 = 2;
  private static final byte LITTLE_ENDIAN = 1;
  private static final short TYPE_RELOCATABLE = 1;
  private static final short MACHINE_BPF = 247;
  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int RELOCATION_BYTES = 16;
  private static final int SECTION_SYMBOLS = 2;
  private static final int SECTION_NO_BITS = 8;
  private static final int SECTION_RELOCATIONS = 9;

  /** A section. {@code bytes} is zeroes for one that occupies no space in the file. */
  record Section(int index, String name, int type, int link, int info, Bytes bytes) {

    ByteBuffer buffer() {
      return bytes.buffer();
    }
  }

  /** A symbol; {@code section} is the index of the section it is in. */
  record Symbol(String name, int info, int section, long value, long size) {

    boolean isFunction() {
      return (info & 15) == 2;
    }
  }

  /** A place in a section that names a symbol. */
  record Relocation(int offset, int type, int symbol) {}

  ElfFile {
    sections = List.copyOf(sections);
    symbols = List.copyOf(symbols);
  }

  /**
   * Reads a file.
   *
   * @throws BadObjectException if it is not a relocatable BPF object, or cut short
   */
  static ElfFile parse(byte[] bytes) {
    try {
      ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      checkHeader(file);
      List<Section> sections = readSections(file);
      return new ElfFile(sections, readSymbols(sections));
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw new BadObjectException("ELF: the object is cut short or contradicts itself", e);
    }
  }

  private static void checkHeader(ByteBuffer file) {
    if (file.limit() < HEADER_BYTES || file.getInt(0) != MAGIC) {
      throw new BadObjectException("ELF: not an ELF file");
    }
    if (file.get(4) != CLASS_64
        || file.get(5) != LITTLE_ENDIAN
        || file.getShort(16) != TYPE_RELOCATABLE
        || file.getShort(18) != MACHINE_BPF) {
      throw new BadObjectException("ELF: not a relocatable little-endian BPF object");
    }
  }

  private static List<Section> readSections(ByteBuffer file) {
    int table = Math.toIntExact(file.getLong(40));
    int count = Short.toUnsignedInt(file.getShort(60));
    int namesAt = table + Short.toUnsignedInt(file.getShort(62)) * SECTION_BYTES;
    int names = Math.toIntExact(file.getLong(namesAt + 24));
    var sections = new ArrayList<Section>(count);
    for (int i = 0; i < count; i++) {
      int at = table + i * SECTION_BYTES;
      int type = file.getInt(at + 4);
      int offset = Math.toIntExact(file.getLong(at + 24));
      byte[] bytes = new byte[boundedSize(file, at)];
      if (type != SECTION_NO_BITS) {
        file.get(offset, bytes);
      }
      String name = text(file, names + file.getInt(at));
      sections.add(
          new Section(i, name, type, file.getInt(at + 40), file.getInt(at + 44), Bytes.of(bytes)));
    }
    return sections;
  }

  // A section that is not in the file may still claim a size: bounded, or it would be our memory.
  private static int boundedSize(ByteBuffer file, int section) {
    long size = file.getLong(section + 32);
    if (size < 0 || size > 1 << 24) {
      throw new BadObjectException("ELF: a section of " + size + " bytes");
    }
    return (int) size;
  }

  private static List<Symbol> readSymbols(List<Section> sections) {
    var symbols = new ArrayList<Symbol>();
    for (Section table : sections) {
      if (table.type() != SECTION_SYMBOLS) {
        continue;
      }
      ByteBuffer names = sections.get(table.link()).buffer();
      ByteBuffer entries = table.buffer();
      for (int at = 0; at < entries.limit(); at += SYMBOL_BYTES) {
        symbols.add(
            new Symbol(
                text(names, entries.getInt(at)),
                entries.get(at + 4),
                Short.toUnsignedInt(entries.getShort(at + 6)),
                entries.getLong(at + 8),
                entries.getLong(at + 16)));
      }
    }
    return symbols;
  }

  /** Returns the text that begins at {@code at} and ends before the next zero byte. */
  static String text(ByteBuffer bytes, int at) {
    int end = at;
    while (bytes.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - at];
    bytes.get(at, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Returns the section of that name, if there is one. */
  Optional<Section> section(String name) {
    return sections.stream().filter(section -> section.name().equals(name)).findFirst();
  }

  /**
   * Returns the section of that name.
   *
   * @throws BadObjectException if there is none
   */
  Section require(String name) {
    return section(name).orElseThrow(() -> new BadObjectException("ELF: no section " + name));
  }

  /** Returns the relocations of a section, in the order of the file. */
  List<Relocation> relocationsOf(Section section) {
    var relocations = new ArrayList<Relocation>();
    for (Section table : sections) {
      if (table.type() != SECTION_RELOCATIONS || table.info() != section.index()) {
        continue;
      }
      ByteBuffer entries = table.buffer();
      for (int at = 0; at < entries.limit(); at += RELOCATION_BYTES) {
        relocations.add(
            new Relocation(
                Math.toIntExact(entries.getLong(at)),
                entries.getInt(at + 8),
                entries.getInt(at + 12)));
      }
    }
    return relocations;
  }

  /**
   * Returns the symbol of that name in a section.
   *
   * @throws BadObjectException if there is none
   */
  Symbol symbol(String name, Section section) {
    return symbols.stream()
        .filter(s -> s.section() == section.index() && s.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new BadObjectException("ELF: no symbol " + name + " in " + section.name()));
  }
}
