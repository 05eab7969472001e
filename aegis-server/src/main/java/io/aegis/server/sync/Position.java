package io.aegis.server.sync;

/**
 * A point in the history of desired state.
 *
 * @param epoch names a lineage and fences: it grows when a database is restored, and a lower one is
 *     refused by agents; 1 or more
 * @param revision grows by one with every committed change, in commit order; 0 is the empty state
 */
public record Position(long epoch, long revision) {
  /**
   * Makes a position.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public Position {
    if (epoch < 1 || revision < 0) {
      throw new IllegalArgumentException(
          "not a position: epoch " + epoch + ", revision " + revision);
    }
  }
}
