package io.aegis.enforcer.xdp.internal.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Mapping;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.sys.PageSize;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Reads a BPF_MAP_TYPE_RINGBUF in memory shared with the kernel (kernel documentation, "BPF ring
 * buffer"). One page has the consumer's position, which we write; the next one the producers'; then
 * come the records, and the kernel maps their pages twice, one after the other, so that a record
 * never wraps. For one thread, and for one reader of a ring.
 *
 * <p>Orderings: producers publish a record by storing its length without the busy bit, with
 * release; it is loaded with acquire, and so is their position. Our position is stored with
 * release, after everything of the record was read: the kernel may write over it from then on. A
 * wake-up cannot be lost: poll(2) compares both positions again once the thread is in its queue.
 */
public final class RingReader implements AutoCloseable {

  /** Takes a record: {@code length} bytes at {@code at} of {@code ring}, valid during the call. */
  public interface Records {
    /**
     * Takes one.
     *
     * @param ring memory that cannot be written
     * @param at where the record begins, a multiple of eight
     * @param length of the record, as it was reserved
     */
    void record(MemorySegment ring, long at, int length);
  }

  private static final VarHandle POSITION = JAVA_LONG.varHandle();
  private static final VarHandle LENGTH = JAVA_INT.varHandle();

  private static final int HEADER_BYTES = 8;
  private static final int BUSY = 1 << 31;
  private static final int DISCARDED = 1 << 30;

  private final Owned owned;
  private final MemorySegment consumer;
  private final MemorySegment producer;
  private final MemorySegment records;
  private final long mask;

  private RingReader(Owned owned, MemorySegment consumer, MemorySegment produced, long bytes) {
    this.owned = owned;
    this.consumer = consumer;
    this.producer = produced.asSlice(0, PageSize.BYTES);
    this.records = produced.asSlice(PageSize.BYTES, 2 * bytes);
    this.mask = bytes - 1;
  }

  /**
   * Maps a ring.
   *
   * @param map a ring buffer; need not stay open
   * @param bytes its size, {@code max_entries}
   * @return the reader, at the oldest record; the caller closes it
   * @throws Errno if it cannot be mapped
   */
  public static RingReader open(OwnedFd map, long bytes) throws Errno {
    var owned = new Owned();
    try {
      Mapping consumer = owned.own(Mapping.writable(map, PageSize.BYTES));
      Mapping produced =
          owned.own(Mapping.readOnly(map, PageSize.BYTES, PageSize.BYTES + 2 * bytes));
      return new RingReader(owned, consumer.segment(), produced.segment(), bytes);
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  /**
   * Hands over every record that is complete, oldest first. A record that was taken back is passed
   * over; one that is still being written ends this, and whatever is behind it waits.
   *
   * @param each takes them; what it throws ends this, with the record counted as read
   * @return how many were handed over
   */
  public int drain(Records each) {
    int count = 0;
    long at = (long) POSITION.getAcquire(consumer, 0L);
    while (at < (long) POSITION.getAcquire(producer, 0L)) {
      long header = at & mask;
      int length = (int) LENGTH.getAcquire(records, header);
      if ((length & BUSY) != 0) {
        break;
      }
      int bytes = length & ~DISCARDED;
      at += (HEADER_BYTES + bytes + 7L) & -8L;
      try {
        if ((length & DISCARDED) == 0) {
          each.record(records, header + HEADER_BYTES, bytes);
          count++;
        }
      } finally {
        POSITION.setRelease(consumer, 0L, at);
      }
    }
    return count;
  }

  @Override
  public void close() {
    owned.close();
  }
}
