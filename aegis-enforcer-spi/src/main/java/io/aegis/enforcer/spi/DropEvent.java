package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A packet that was dropped, as far as its headers could be read.
 *
 * @param at when
 * @param interfaceName where
 * @param direction which way it went through the interface
 * @param reason why
 * @param source its source address; null if unread
 * @param destination its destination address; null if unread
 * @param protocolNumber its IANA protocol number; null if unread
 * @param sourcePort its source port, host order; null if unread
 * @param destinationPort its destination port, host order; null if unread
 * @param unreported how many events of this reason were not reported since the last one that was
 */
public record DropEvent(
    Instant at,
    String interfaceName,
    Direction direction,
    Reason reason,
    @Nullable IpAddress source,
    @Nullable IpAddress destination,
    @Nullable Integer protocolNumber,
    @Nullable Integer sourcePort,
    @Nullable Integer destinationPort,
    long unreported) {

  /** Makes an event. */
  public DropEvent {
    requireNonNull(at, "at");
    requireNonNull(interfaceName, "interfaceName");
    requireNonNull(direction, "direction");
    requireNonNull(reason, "reason");
  }

  /**
   * Returns an event that tells of other losses.
   *
   * @param count how many events of this reason were not reported since the last one that was
   * @return the same event otherwise
   */
  public DropEvent withUnreported(long count) {
    return new DropEvent(
        at,
        interfaceName,
        direction,
        reason,
        source,
        destination,
        protocolNumber,
        sourcePort,
        destinationPort,
        count);
  }

  /**
   * Returns the protocol number.
   *
   * @return the number, or empty if unread
   */
  public OptionalInt protocol() {
    return protocolNumber == null ? OptionalInt.empty() : OptionalInt.of(protocolNumber);
  }
}
