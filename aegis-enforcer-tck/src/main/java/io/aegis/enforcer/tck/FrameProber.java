package io.aegis.enforcer.tck;

import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.tck.PacketCase.Scene;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way to ask a datapath about frames: by {@code explain}, by letting them pass, or both. What
 * {@link Differential} holds to the reference. Used by one thread.
 */
public interface FrameProber {

  /** The longest frame of an Ethernet without jumbo frames, without its checksum. */
  int ETHERNET_FRAME = 1514;

  /**
   * What is known of a frame's fate; at least one of the two.
   *
   * @param explained what the datapath says it would do; null where it cannot be asked
   * @param passed whether the frame got through; null where none goes
   */
  record Answer(@Nullable Verdict explained, @Nullable Boolean passed) {}

  /**
   * Returns what the datapath can do.
   *
   * @return as {@link io.aegis.enforcer.spi.Enforcer#capabilities()}
   */
  Set<Capability> capabilities();

  /**
   * Puts a scene in force in the place of the last one, its age included.
   *
   * @param scene what shall be in force
   * @return the grants that are in force now
   */
  Set<GrantId> arrange(Scene scene);

  /**
   * Asks about a frame.
   *
   * @param way which way it goes; {@code EGRESS} only where that is a capability
   * @param frame from the Ethernet header on, 14 bytes or more
   * @return what becomes of it
   */
  Answer probe(Direction way, byte[] frame);

  /**
   * Returns what was counted for frames that went through.
   *
   * @return the counters, or empty where none do or reasons are unknown
   */
  default Optional<Counters> counters() {
    return Optional.empty();
  }

  /**
   * Says of which frames the datapath is known, and declared, to be stricter than the reference: it
   * may drop those. To let one through that the reference drops stays a disagreement.
   *
   * @param way which way it goes
   * @param frame as for {@link #probe}
   * @return false unless overridden
   */
  default boolean mayBeStricter(Direction way, byte[] frame) {
    return false;
  }

  /**
   * Returns how long a frame may be.
   *
   * @return in bytes
   */
  default int longestFrame() {
    return ETHERNET_FRAME;
  }
}
