package io.aegis.enforcer.xdp.internal.table;

import static io.aegis.enforcer.xdp.internal.map.Layouts.FAMILY_WIDTHS;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;
import static io.aegis.enforcer.xdp.internal.table.TableShape.LINE_SLOTS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.enforcer.xdp.internal.map.Layouts;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The words of a table. Every store here is one word that no reader sees half-done; the order of
 * stores is what makes a table, and is its writer's.
 *
 * <p>Positions number the slots of all lines. Borrows the memory. Thread-safe for readers beside
 * one writer.
 */
final class TableMemory {

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final long RECORD_BYTES = Layouts.RECORD.byteSize();
  private static final long USED = offset(FAMILY_WIDTHS, "used");
  private static final long WIDTH = offset(FAMILY_WIDTHS, "width");

  private final MemorySegment lines;
  private final MemorySegment records;
  private final MemorySegment filter;
  private final MemorySegment widths;
  private final TableShape shape;
  private final long movesAt;

  /**
   * Takes the memory of four maps.
   *
   * @param lines of {@code aegis_lines}
   * @param records of {@code aegis_records}
   * @param filter of {@code aegis_filter}
   * @param widths of {@code aegis_widths}
   */
  TableMemory(
      MemorySegment lines,
      MemorySegment records,
      MemorySegment filter,
      MemorySegment widths,
      TableShape shape) {
    this.lines = lines;
    this.records = records;
    this.filter = filter;
    this.widths = widths;
    this.shape = shape;
    this.movesAt = (long) shape.lines() * LINE_SLOTS * Long.BYTES;
  }

  TableShape shape() {
    return shape;
  }

  /** Returns how many slots there are. */
  int positions() {
    return shape.lines() * LINE_SLOTS;
  }

  /** Returns what stands in a slot, 0 for nothing; what its record holds can be read afterwards. */
  long slot(int position) {
    return (long) WORD.getAcquire(lines, (long) position * Long.BYTES);
  }

  /** Stores a slot; whoever sees it sees everything that was stored before. */
  void publish(int position, long slot) {
    WORD.setRelease(lines, (long) position * Long.BYTES, slot);
  }

  static long slot(int tag, int record) {
    return ((long) tag << 32) | (record + 1);
  }

  static int tagOf(long slot) {
    return (int) (slot >>> 32);
  }

  /** Returns the number of the record that a slot names, -1 for none. */
  static int recordOf(long slot) {
    return (int) slot - 1;
  }

  /** How often something was moved: a reader of all slots looks again if that has changed. */
  long moves() {
    return (long) WORD.getAcquire(lines, movesAt);
  }

  /**
   * Notes that something stands in its new place; call it before it is taken from the old one.
   * Whoever passes the new place too early then and the old one too late meets the note.
   */
  void noteMove() {
    WORD.setVolatile(lines, movesAt, moves() + 1);
    VarHandle.fullFence(); // a volatile store alone may be passed by the release store that clears
  }

  long word(int record, long offset) {
    return (long) WORD.getOpaque(records, record * RECORD_BYTES + offset);
  }

  void setWord(int record, long offset, long value) {
    WORD.setOpaque(records, record * RECORD_BYTES + offset, value);
  }

  void releaseWord(int record, long offset, long value) {
    WORD.setRelease(records, record * RECORD_BYTES + offset, value);
  }

  /** Adds to a word that the datapath adds to as well. */
  void addToWord(int record, long offset, long value) {
    WORD.getAndAdd(records, record * RECORD_BYTES + offset, value);
  }

  /** Returns the width in a place, those of IPv4 first; 0 for none. */
  long width(int place) {
    return (long) WORD.getOpaque(widths, widthAt(place));
  }

  void setWidth(int place, long width) {
    WORD.setRelease(widths, widthAt(place), width);
  }

  private static long widthAt(int place) {
    long family = place / Layouts.WIDTHS_OF_FAMILY;
    long index = place % Layouts.WIDTHS_OF_FAMILY;
    return family * FAMILY_WIDTHS.byteSize() + WIDTH + index * Long.BYTES;
  }

  /** Returns how many places of a family, 0 for IPv4 and 1 for IPv6, are looked at. */
  long usedWidths(int family) {
    return (long) WORD.getOpaque(widths, family * FAMILY_WIDTHS.byteSize() + USED);
  }

  void setUsedWidths(int family, long used) {
    WORD.setRelease(widths, family * FAMILY_WIDTHS.byteSize() + USED, used);
  }

  boolean filterBit(int bit) {
    return ((filterWord(bit) >>> bit) & 1) != 0;
  }

  void setFilterBit(int bit) {
    storeFilterWord(bit, filterWord(bit) | (1L << bit));
  }

  void clearFilterBit(int bit) {
    storeFilterWord(bit, filterWord(bit) & ~(1L << bit));
  }

  // Bit numbers are taken modulo 64 by shifts of a long.
  private long filterWord(int bit) {
    return (long) WORD.getOpaque(filter, (long) (bit >>> 6) * Long.BYTES);
  }

  private void storeFilterWord(int bit, long word) {
    WORD.setRelease(filter, (long) (bit >>> 6) * Long.BYTES, word);
  }
}
