package io.aegis.enforcer.xdp.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of a map, shared with the kernel. Its owner closes it; whoever touches the segment
 * afterwards meets an exception, not the end of the process. Thread-safe.
 */
public final class Mapping implements AutoCloseable {

  /** The kernel maps whole pages, whose size we so need not know: it rounds up itself. */
  private static final long PAGE_BYTES = 1 << 12;

  private final Arena arena;
  private final MemorySegment segment;

  private Mapping(Arena arena, MemorySegment segment) {
    this.arena = arena;
    this.segment = segment;
  }

  /**
   * Maps a map to read and write it.
   *
   * @param map an array made with BPF_F_MMAPABLE; need not stay open
   * @param bytes of its elements
   * @return the mapping; the caller closes it
   * @throws Errno if it cannot be mapped
   */
  public static Mapping writable(OwnedFd map, long bytes) throws Errno {
    return map(map, 0, bytes, Kernel.PROT_READ_WRITE);
  }

  /**
   * Maps a map to read it: a store ends in an exception.
   *
   * @param map an array made with BPF_F_MMAPABLE; need not stay open
   * @param bytes of its elements
   * @return the mapping; the caller closes it
   * @throws Errno if it cannot be mapped
   */
  public static Mapping readOnly(OwnedFd map, long bytes) throws Errno {
    return map(map, 0, bytes, Kernel.PROT_READ);
  }

  /**
   * Maps a part of a map to read it: a store ends in an exception.
   *
   * @param map need not stay open
   * @param offset where it begins, in whole pages
   * @param bytes of it
   * @return the mapping; the caller closes it
   * @throws Errno if it cannot be mapped
   */
  public static Mapping readOnly(OwnedFd map, long offset, long bytes) throws Errno {
    return map(map, offset, bytes, Kernel.PROT_READ);
  }

  @SuppressWarnings("MustBeClosedChecker") // the mapping closes it
  private static Mapping map(OwnedFd map, long offset, long bytes, int protection) throws Errno {
    long whole = (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    long address = Kernel.map(map, offset, whole, protection);
    Arena arena = Arena.ofShared();
    MemorySegment segment = owned(address, whole, arena);
    return new Mapping(arena, protection == Kernel.PROT_READ ? segment.asReadOnly() : segment);
  }

  @SuppressWarnings("restricted") // the size is the one that was just mapped
  private static MemorySegment owned(long address, long bytes, Arena arena) {
    return MemorySegment.ofAddress(address).reinterpret(bytes, arena, Mapping::unmap);
  }

  private static void unmap(MemorySegment mapped) {
    try {
      Kernel.unmap(mapped);
    } catch (Errno e) {
      throw new IllegalStateException("unmapping a map", e);
    }
  }

  /**
   * Returns the memory.
   *
   * @return whole pages, at least as long as was asked for
   */
  public MemorySegment segment() {
    return segment;
  }

  /** Ends the mapping; what is in the map stays. */
  @Override
  public void close() {
    arena.close();
  }
}
