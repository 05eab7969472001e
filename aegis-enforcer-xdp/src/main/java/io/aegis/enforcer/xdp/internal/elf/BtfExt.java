package io.aegis.enforcer.xdp.internal.elf;

import io.aegis.enforcer.xdp.internal.sys.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Which function and which source line each instruction belongs to ({@code .BTF.ext}). The verifier
 * quotes the lines, which turns its log into something that can be read.
 */
final class BtfExt {

  private static final short MAGIC = (short) 0xEB9F;
  private static final int INSTRUCTION_BYTES = 8;

  private final ByteBuffer bytes;
  private final Btf btf;

  private BtfExt(ByteBuffer bytes, Btf btf) {
    this.bytes = bytes;
    this.btf = btf;
  }

  static BtfExt parse(Bytes section, Btf btf) {
    ByteBuffer bytes = section.buffer();
    if (section.length() < 24 || bytes.getShort(0) != MAGIC) {
      throw new BadObjectException("BTF.ext: not BTF");
    }
    return new BtfExt(bytes, btf);
  }

  /**
   * Returns records of {@code struct bpf_func_info} for one function of a section, whose first
   * instruction is the {@code first} of the program.
   */
  Bytes functions(String section, int from, int to, int first) {
    return records(8, section, from, to, first);
  }

  /** Returns records of {@code struct bpf_line_info}, likewise. */
  Bytes lines(String section, int from, int to, int first) {
    return records(16, section, from, to, first);
  }

  // A table has: record size; then for each section its name, a count and the records. Their first
  // word is an offset in the section: bytes in the file, instructions of the program in the kernel.
  private Bytes records(int header, String section, int from, int to, int first) {
    int at = bytes.getInt(4) + bytes.getInt(header);
    int end = at + bytes.getInt(header + 4);
    int size = bytes.getInt(at);
    if (size < 8 || size > 1 << 10) {
      throw new BadObjectException("BTF.ext: records of " + size + " bytes");
    }
    var found = new ByteArrayOutputStream();
    at += 4;
    while (at < end) {
      boolean wanted = btf.string(bytes.getInt(at)).equals(section);
      int count = bytes.getInt(at + 4);
      at += 8;
      for (int i = 0; i < count; i++, at += size) {
        int offset = bytes.getInt(at);
        if (wanted && offset >= from && offset < to) {
          byte[] record = new byte[size];
          bytes.get(at, record);
          ByteBuffer.wrap(record)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(0, first + (offset - from) / INSTRUCTION_BYTES);
          found.writeBytes(record);
        }
      }
    }
    return Bytes.of(found.toByteArray());
  }
}
