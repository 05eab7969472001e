package io.aegis.enforcer.xdp.internal.map;

import java.lang.foreign.MemorySegment;

/**
 * Turns values into the bytes of a C type and back. Stateless.
 *
 * @param <T> the values
 */
interface Codec<T> {

  /** Returns how many bytes a value takes. */
  long size();

  /** Writes {@code value} to {@code target}, which is zeroed and of this size. */
  void write(T value, MemorySegment target);

  /** Reads a value. */
  T read(MemorySegment source);
}
