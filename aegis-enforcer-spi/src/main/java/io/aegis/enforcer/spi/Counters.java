package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import java.util.List;

/**
 * What was admitted and dropped.
 *
 * @param counts one entry for each interface, direction and reason that occurred, and once more for
 *     those that only would have been dropped
 */
public record Counters(List<Count> counts) {

  /**
   * One row.
   *
   * @param interfaceName the protected interface
   * @param direction which way the frames went through it
   * @param reason the reason
   * @param wouldDrop whether these frames passed only because the interface is in audit mode
   * @param packets how many frames
   * @param bytes their length, from the Ethernet header on, without checksum
   */
  public record Count(
      String interfaceName,
      Direction direction,
      Reason reason,
      boolean wouldDrop,
      long packets,
      long bytes) {
    /**
     * Makes a row.
     *
     * @throws IllegalArgumentException if a count is negative
     */
    public Count {
      requireNonNull(interfaceName, "interfaceName");
      requireNonNull(direction, "direction");
      requireNonNull(reason, "reason");
      if (packets < 0 || bytes < 0) {
        throw new IllegalArgumentException("counts are not negative: " + packets + ", " + bytes);
      }
    }

    /**
     * Makes a row of frames that arrived.
     *
     * @param interfaceName the protected interface
     * @param reason the reason
     * @param wouldDrop whether these frames passed only because the interface is in audit mode
     * @param packets how many frames
     * @param bytes their length
     * @throws IllegalArgumentException if a count is negative
     */
    public Count(String interfaceName, Reason reason, boolean wouldDrop, long packets, long bytes) {
      this(interfaceName, Direction.INGRESS, reason, wouldDrop, packets, bytes);
    }
  }

  /** Makes counters. */
  public Counters {
    counts = List.copyOf(counts);
  }

  /**
   * Returns how many frames had this reason, on all interfaces and either way, would-be drops
   * included.
   *
   * @param reason the reason
   * @return the sum
   */
  public long packets(Reason reason) {
    return counts.stream().filter(c -> c.reason() == reason).mapToLong(Count::packets).sum();
  }
}
