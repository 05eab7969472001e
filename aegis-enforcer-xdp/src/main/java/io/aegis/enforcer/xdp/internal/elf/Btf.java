package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.sys.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BPF type information: C types in the kernel's format (Documentation/bpf/btf.rst). Not for
 * concurrent use while {@link #completeDataSection} is called; immutable afterwards.
 */
public final class Btf {

  private static final short MAGIC = (short) 0xEB9F;

  /** What a type is; numbers of {@code BTF_KIND_*}. */
  enum Kind {
    VOID(0),
    INT(4),
    POINTER(0),
    ARRAY(12),
    STRUCT(0, 12),
    UNION(0, 12),
    ENUM(0, 8),
    FORWARD(0),
    TYPEDEF(0),
    VOLATILE(0),
    CONST(0),
    RESTRICT(0),
    FUNCTION(0),
    FUNCTION_PROTOTYPE(0, 8),
    VARIABLE(4),
    DATA_SECTION(0, 12),
    FLOAT(0),
    DECLARATION_TAG(4),
    TYPE_TAG(0),
    ENUM64(0, 12);

    private static final Kind[] BY_NUMBER = values();

    private final int fixedBytes;
    private final int bytesPerElement;

    Kind(int fixedBytes) {
      this(fixedBytes, 0);
    }

    Kind(int fixedBytes, int bytesPerElement) {
      this.fixedBytes = fixedBytes;
      this.bytesPerElement = bytesPerElement;
    }
  }

  /** A member of a struct or union; {@code offset} is in bytes. */
  public record Member(String name, int type, int offset) {}

  /** A variable of a data section. */
  record Variable(String name, int type, int offset, int size) {}

  private static final int TYPE_BYTES = 12;
  private static final int POINTER_BYTES = 8;

  private final ByteBuffer bytes;
  private final int strings;
  private final int[] offsets;

  private Btf(ByteBuffer bytes, int strings, int[] offsets) {
    this.bytes = bytes;
    this.strings = strings;
    this.offsets = offsets;
  }

  /**
   * Reads a section {@code .BTF}.
   *
   * @throws BadObjectException if it is not BTF, has a kind not known here, or is cut short
   */
  static Btf parse(Bytes section) {
    ByteBuffer bytes = ByteBuffer.wrap(section.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (bytes.getShort(0) != MAGIC || bytes.get(2) != 1) {
        throw new BadObjectException("BTF: not version 1 of BTF");
      }
      int header = bytes.getInt(4);
      int at = header + bytes.getInt(8);
      int end = at + bytes.getInt(12);
      var offsets = new ArrayList<>(List.of(0));
      while (at < end) {
        offsets.add(at);
        at += TYPE_BYTES + trailingBytes(bytes.getInt(at + 4));
      }
      int[] table = offsets.stream().mapToInt(Integer::intValue).toArray();
      return new Btf(bytes, header + bytes.getInt(16), table);
    } catch (IndexOutOfBoundsException e) {
      throw new BadObjectException("BTF: cut short", e);
    }
  }

  private static int trailingBytes(int info) {
    int number = info >>> 24 & 31;
    if (number == 0 || number >= Kind.BY_NUMBER.length) {
      throw new BadObjectException("BTF: kind " + number + " is not known to this loader");
    }
    Kind kind = Kind.BY_NUMBER[number];
    return kind.fixedBytes + kind.bytesPerElement * (info & 0xffff);
  }

  /** Returns how many types there are; ids are 1 to this number. */
  int count() {
    return offsets.length - 1;
  }

  Kind kind(int type) {
    return type == 0 ? Kind.VOID : Kind.BY_NUMBER[bytes.getInt(offsets[type] + 4) >>> 24 & 31];
  }

  String name(int type) {
    return string(bytes.getInt(offsets[type]));
  }

  String string(int offset) {
    return ElfFile.text(bytes, strings + offset);
  }

  private int elements(int type) {
    return bytes.getInt(offsets[type] + 4) & 0xffff;
  }

  /** Returns the type that a pointer, modifier or variable refers to. */
  int target(int type) {
    return bytes.getInt(offsets[type] + 8);
  }

  int arrayLength(int type) {
    return bytes.getInt(offsets[type] + TYPE_BYTES + 8);
  }

  private int arrayElement(int type) {
    return bytes.getInt(offsets[type] + TYPE_BYTES);
  }

  /**
   * Returns the size of a type in bytes.
   *
   * @param type its id
   * @return the size
   */
  public int size(int type) {
    return switch (kind(type)) {
      case INT, STRUCT, UNION, ENUM, ENUM64, FLOAT, DATA_SECTION -> target(type);
      case POINTER -> POINTER_BYTES;
      case ARRAY -> arrayLength(type) * size(arrayElement(type));
      case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VARIABLE -> size(target(type));
      case VOID, FORWARD, FUNCTION, FUNCTION_PROTOTYPE, DECLARATION_TAG ->
          throw new BadObjectException("BTF: type " + type + " has no size");
    };
  }

  /**
   * Returns the struct of that name.
   *
   * @param name as in C
   * @return its id, or empty if there is none
   */
  public Optional<Integer> struct(String name) {
    for (int type = 1; type <= count(); type++) {
      if (kind(type) == Kind.STRUCT && name(type).equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the members of a struct or union.
   *
   * @param type its id
   * @return in the order of the source
   * @throws BadObjectException if it is neither, or has a bit field
   */
  public List<Member> members(int type) {
    if (kind(type) != Kind.STRUCT && kind(type) != Kind.UNION) {
      throw new BadObjectException("BTF: type " + type + " has no members");
    }
    var members = new ArrayList<Member>();
    for (int i = 0; i < elements(type); i++) {
      int at = offsets[type] + TYPE_BYTES + 12 * i;
      int bits = bytes.getInt(at + 8);
      if (bits < 0 || bits % 8 != 0) {
        throw new BadObjectException("BTF: bit field in " + name(type));
      }
      members.add(new Member(string(bytes.getInt(at)), bytes.getInt(at + 4), bits / 8));
    }
    return members;
  }

  /**
   * Returns the constants of the enum of that name.
   *
   * @param name as in C
   * @return numbers by name; a fresh map
   * @throws BadObjectException if there is no such enum
   */
  public Map<String, Integer> enumerators(String name) {
    for (int type = 1; type <= count(); type++) {
      if (kind(type) == Kind.ENUM && name(type).equals(name)) {
        var constants = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < elements(type); i++) {
          int at = offsets[type] + TYPE_BYTES + 8 * i;
          constants.put(string(bytes.getInt(at)), bytes.getInt(at + 4));
        }
        return constants;
      }
    }
    throw new BadObjectException("BTF: no enum " + name);
  }

  /** Returns the variables of the data section of that name, empty without one. */
  List<Variable> dataSection(String name) {
    int type = dataSectionType(name);
    var variables = new ArrayList<Variable>();
    for (int i = 0; type != 0 && i < elements(type); i++) {
      int at = offsets[type] + TYPE_BYTES + 12 * i;
      int variable = bytes.getInt(at);
      variables.add(
          new Variable(
              name(variable), target(variable), bytes.getInt(at + 4), bytes.getInt(at + 8)));
    }
    return variables;
  }

  private int dataSectionType(String name) {
    for (int type = 1; type <= count(); type++) {
      if (kind(type) == Kind.DATA_SECTION && name(type).equals(name)) {
        return type;
      }
    }
    return 0;
  }

  /**
   * Fills in what clang leaves open: the size of a data section and the offsets of its variables
   * are known only from the symbol table, and the kernel refuses BTF without them.
   *
   * @param section of the file
   * @param file for its symbols
   */
  void completeDataSection(ElfFile.Section section, ElfFile file) {
    int type = dataSectionType(section.name());
    if (type == 0) {
      return;
    }
    bytes.putInt(offsets[type] + 8, section.bytes().length());
    for (int i = 0; i < elements(type); i++) {
      int at = offsets[type] + TYPE_BYTES + 12 * i;
      String variable = name(bytes.getInt(at));
      bytes.putInt(at + 4, (int) file.symbol(variable, section).value());
    }
  }

  /**
   * Returns the information in the kernel's format.
   *
   * @return a copy
   */
  public byte[] bytes() {
    byte[] copy = new byte[bytes.capacity()];
    bytes.get(0, copy);
    return copy;
  }
}
