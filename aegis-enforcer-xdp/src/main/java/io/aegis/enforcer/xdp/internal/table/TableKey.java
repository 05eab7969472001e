package io.aegis.enforcer.xdp.internal.table;

import static io.aegis.enforcer.xdp.internal.map.Layouts.TABLE;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.enforcer.xdp.internal.map.Layouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;

/**
 * How a table is addressed: {@code struct aegis_table}, and the same arithmetic as in {@code
 * bpf/aegis_table.h}. Immutable.
 */
public final class TableKey {

  /** The variable of the program that holds it. */
  public static final String VARIABLE = "aegis_table";

  private static final int MIX = 0x5bd1e995;
  private static final long LOW = 0xFFFF_FFFFL;

  private final long[] seeds;
  private final int lineMask;
  private final int filterMask;

  private TableKey(long[] seeds, int lineMask, int filterMask) {
    this.seeds = seeds;
    this.lineMask = lineMask;
    this.filterMask = filterMask;
  }

  /**
   * Makes a key that nobody can guess.
   *
   * @param shape of the table
   * @return a new key
   */
  public static TableKey random(TableShape shape) {
    var random = new SecureRandom();
    long[] seeds = new long[Layouts.SEEDS];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = random.nextLong();
    }
    seeds[seeds.length - 1] |= 1; // a factor: even ones lose bits
    return new TableKey(seeds, shape.lines() - 1, shape.filterBits() - 1);
  }

  /**
   * Reads a key.
   *
   * @param bytes of the C struct
   * @return the key
   * @throws IllegalArgumentException if no key was written there
   */
  public static TableKey of(MemorySegment bytes) {
    long[] seeds = new long[Layouts.SEEDS];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = bytes.get(JAVA_LONG, offset(TABLE, "seed") + (long) i * Long.BYTES);
    }
    if (seeds[seeds.length - 1] == 0) {
      throw new IllegalArgumentException("the table has no seeds");
    }
    int lineMask = bytes.get(JAVA_INT, offset(TABLE, "line_mask"));
    int filterMask = bytes.get(JAVA_INT, offset(TABLE, "filter_mask"));
    return new TableKey(seeds, lineMask, filterMask);
  }

  /**
   * Returns the bytes of the C struct.
   *
   * @return as many as {@code struct aegis_table} has
   */
  public byte[] bytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(TABLE);
      for (int i = 0; i < seeds.length; i++) {
        bytes.set(JAVA_LONG, offset(TABLE, "seed") + (long) i * Long.BYTES, seeds[i]);
      }
      // The datapath skips what is zero in each IPv4 address.
      bytes.set(JAVA_LONG, offset(TABLE, "ipv4_sum"), product(0, 0) + product(0, 4));
      bytes.set(JAVA_INT, offset(TABLE, "line_mask"), lineMask);
      bytes.set(JAVA_INT, offset(TABLE, "filter_mask"), filterMask);
      return bytes.toArray(JAVA_BYTE);
    }
  }

  /** Returns the shape of the table, which has this many records. */
  public TableShape shape(int records) {
    return new TableShape(records, lineMask + 1, filterMask + 1);
  }

  /** Returns the hash of a tuple, from which its place follows. */
  long hash(Tuple tuple) {
    long x = seeds[10];
    x += product(tuple.client0(), 0) + product(tuple.client1(), 2);
    x += product(tuple.service0(), 4) + product(tuple.service1(), 6);
    x += product(tuple.tail() & LOW, 8);
    x ^= x >>> 32;
    x *= seeds[11];
    return x ^ (x >>> 32);
  }

  private long product(long word, int seed) {
    return (seeds[seed] + (word & LOW)) * (seeds[seed + 1] + (word >>> 32));
  }

  /** Returns the tag of a hash, never 0. */
  static int tag(long hash) {
    return (int) hash | 1;
  }

  /** Returns the first line of a hash. */
  int line(long hash) {
    return (int) (hash >>> 32) & lineMask;
  }

  /** Returns the other line of a slot with this tag; of that one, this line is the other. */
  int otherLine(int line, int tag) {
    return line ^ ((((tag * MIX) >>> 8) | 1) & lineMask);
  }

  /** Returns the bit of the filter that stands for a tag. */
  int filterBit(int tag) {
    return (tag >>> 1) & filterMask;
  }
}
