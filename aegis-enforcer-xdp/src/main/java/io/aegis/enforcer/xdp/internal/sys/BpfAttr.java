package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The argument of one bpf(2) command: zeroed, and exactly as long as the command's own fields,
 * since the kernel refuses other bytes. Offsets are those of {@code union bpf_attr} in {@code
 * linux/bpf.h}, named where they are used. For one thread; lives as long as its arena.
 */
final class BpfAttr {

  /** BPF_OBJ_NAME_LEN, the closing zero included. */
  private static final int NAME_BYTES = 16;

  private final MemorySegment bytes;

  BpfAttr(Arena arena, int size) {
    this.bytes = arena.allocate(size, 8);
  }

  BpfAttr put32(long offset, int value) {
    bytes.set(JAVA_INT, offset, value);
    return this;
  }

  BpfAttr put64(long offset, long value) {
    bytes.set(JAVA_LONG, offset, value);
    return this;
  }

  BpfAttr put(long offset, MemorySegment pointee) {
    return put64(offset, pointee.address());
  }

  /** Stores a name as the kernel takes it: cut to length, and only characters it accepts. */
  BpfAttr putName(long offset, String name) {
    byte[] text = name.replaceAll("[^A-Za-z0-9_.]", "_").getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(text, 0, bytes, JAVA_BYTE, offset, Math.min(text.length, NAME_BYTES - 1));
    return this;
  }

  int get32(long offset) {
    return bytes.get(JAVA_INT, offset);
  }

  long address() {
    return bytes.address();
  }

  int size() {
    return (int) bytes.byteSize();
  }
}
