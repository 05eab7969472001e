package io.aegis.enforcer.xdp.internal.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** How large a page of memory is here: 4 KiB on x86-64, up to 64 KiB on aarch64. */
public final class PageSize {

  private static final Path AUXILIARY_VECTOR = Path.of("/proc/self/auxv");
  private static final long AT_PAGESZ = 6;

  /** In bytes, a power of two. */
  public static final long BYTES = read();

  private PageSize() {}

  // What the kernel tells every program at its start, in pairs of words (getauxval(3)).
  private static long read() {
    try {
      ByteBuffer vector =
          ByteBuffer.wrap(Files.readAllBytes(AUXILIARY_VECTOR)).order(ByteOrder.nativeOrder());
      while (vector.remaining() >= 2 * Long.BYTES) {
        long type = vector.getLong();
        long value = vector.getLong();
        if (type == AT_PAGESZ) {
          return value;
        }
      }
      throw new IllegalStateException("reading " + AUXILIARY_VECTOR + ": it has no page size");
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + AUXILIARY_VECTOR, e);
    }
  }
}
