package io.aegis.enforcer.xdp.internal.table;

/**
 * How large a table is.
 *
 * @param records how many grants it has room for, those included that wait to be freed
 * @param lines how many lines of eight slots; a power of two
 * @param filterBits how many bits the filter has; a power of two, 64 or more
 */
public record TableShape(int records, int lines, int filterBits) {

  /** {@code AEGIS_LINE_SLOTS}. */
  static final int LINE_SLOTS = 8;

  private static final int GRANTS_PER_LINE = 4;
  private static final int FILTER_BITS_PER_GRANT = 8;
  private static final int LEAST_LINES = 16;
  private static final int LEAST_FILTER_BITS = 1024;
  private static final int LEAST_SPARE = 64;
  private static final int MOST_SPARE = 65_536;
  private static final int SPARE_PART = 16;

  /** Makes a shape. */
  public TableShape {
    requirePowerOfTwo(lines, "lines");
    requirePowerOfTwo(filterBits, "filterBits");
    if (records < 1 || filterBits < Long.SIZE) {
      throw new IllegalArgumentException("no table: " + records + ", " + filterBits);
    }
  }

  private static void requirePowerOfTwo(int number, String name) {
    if (Integer.bitCount(number) != 1) {
      throw new IllegalArgumentException(name + " is no power of two: " + number);
    }
  }

  /**
   * Returns the shape for a number of grants.
   *
   * <p>Half of the slots at most are used, so that hardly any grant has to make way for another;
   * one bit in eight of the filter, so that seven in eight unknown packets go no further. Some
   * records more than grants: a removed one is used again only after a grace period.
   *
   * @param maxGrants how many may be in force
   * @return the shape
   */
  public static TableShape of(int maxGrants) {
    int spare = Math.clamp(maxGrants / SPARE_PART, LEAST_SPARE, MOST_SPARE);
    return new TableShape(
        maxGrants + spare,
        powerOfTwo(Math.ceilDiv(maxGrants, GRANTS_PER_LINE), LEAST_LINES),
        powerOfTwo(maxGrants * FILTER_BITS_PER_GRANT, LEAST_FILTER_BITS));
  }

  private static int powerOfTwo(int least, int atLeast) {
    int number = Math.max(least, atLeast);
    int highest = Integer.highestOneBit(number);
    return highest == number ? number : highest << 1;
  }

  /** Returns how many elements {@code aegis_lines} has: one more, for what user space notes. */
  public int lineElements() {
    return lines + 1;
  }

  /** Returns how many elements {@code aegis_filter} has. */
  public int filterWords() {
    return filterBits / Long.SIZE;
  }
}
