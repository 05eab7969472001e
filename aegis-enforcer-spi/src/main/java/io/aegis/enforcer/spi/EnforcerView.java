package io.aegis.enforcer.spi;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A look at what is enforced, which changes nothing. An {@link Enforcer} is one; {@link
 * EnforcerProvider#inspect} gives another process one, also after the death of the process that
 * enforced.
 *
 * <p>Thread safety: every method may be called by any thread at any time. After {@link #close()}
 * every other method throws {@link EnforcerException} of kind {@code CLOSED}.
 */
public interface EnforcerView extends AutoCloseable {

  /**
   * Reads back the grants from the enforcement state itself, expired ones that were not yet freed
   * included.
   *
   * @return equal to what was applied, in the order of their ids; a snapshot
   * @throws EnforcerException if it cannot be read
   */
  List<Grant> grants();

  /**
   * Reads what each grant has seen; cheap enough to be called every second on 100,000 grants.
   *
   * @return an entry for every grant of {@link #grants()}; a snapshot
   * @throws EnforcerException if it cannot be read
   */
  Map<GrantId, Activity> activity();

  /**
   * Reads what was admitted and dropped, by interface, direction and reason, since the enforcement
   * state was made.
   *
   * @return the counters; a snapshot
   * @throws EnforcerException if they cannot be read
   */
  Counters counters();

  /**
   * Checks that the datapath is in place on every interface.
   *
   * @return what was found; never throws for a broken datapath
   */
  Health health();

  /**
   * Returns which frames are filtered at all.
   *
   * @return arriving ones, and those that leave where they are, too
   */
  default Set<Direction> filtered() {
    return Set.of(Direction.INGRESS);
  }

  /**
   * Says what the datapath would do with a frame, without side effects: no counter, no activity, no
   * event.
   *
   * @param interfaceName the protected interface on which it would arrive
   * @param frame the bytes from the Ethernet header on, without checksum, 14 or more
   * @return the datapath's own answer
   * @throws EnforcerException of kind {@code UNSUPPORTED} without {@link Capability#EXPLAIN}, and
   *     where the datapath cannot be asked: from outside the process that opened it, or for a frame
   *     of that length; the message says why
   * @throws IllegalArgumentException if the interface is not protected by this enforcer, or the
   *     frame has fewer than 14 bytes
   */
  Verdict explain(String interfaceName, byte[] frame);

  /**
   * Says what the datapath would do with a frame that goes one way or the other through an
   * interface, without side effects.
   *
   * @param way which way it would go
   * @param interfaceName the protected interface
   * @param frame as for {@link #explain(String, byte[])}
   * @return the datapath's own answer
   * @throws EnforcerException of kind {@code UNSUPPORTED} without {@link Capability#EXPLAIN}, and
   *     for {@link Direction#EGRESS} without {@link Capability#EGRESS}
   * @throws IllegalArgumentException as {@link #explain(String, byte[])}
   */
  default Verdict explain(Direction way, String interfaceName, byte[] frame) {
    if (way == Direction.EGRESS) {
      throw new EnforcerException(
          EnforcerException.Kind.UNSUPPORTED,
          "explaining a frame that leaves through "
              + interfaceName
              + ": this enforcer filters no egress; whatever leaves passes");
    }
    return explain(interfaceName, frame);
  }

  /** Releases the view. Closing twice is harmless. */
  @Override
  void close();
}
