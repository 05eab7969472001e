package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.EVENT;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.DropEvent;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads {@code struct aegis_event}. Stateless. */
public final class EventRecord {

  /** How long a record is, in bytes. */
  public static final int BYTES = (int) EVENT.byteSize();

  private static final long BOOT = offset(EVENT, "boot_ns");
  private static final long UNREPORTED = offset(EVENT, "unreported");
  private static final long SLOT = offset(EVENT, "interface_slot");
  private static final long SOURCE = offset(EVENT, "source");
  private static final long DESTINATION = offset(EVENT, "destination");
  private static final long SOURCE_PORT = offset(EVENT, "source_port");
  private static final long DESTINATION_PORT = offset(EVENT, "destination_port");
  private static final long REASON = offset(EVENT, "reason");
  private static final long DIRECTION = offset(EVENT, "direction");
  private static final long FAMILY = offset(EVENT, "family");
  private static final long PROTOCOL = offset(EVENT, "protocol");
  private static final long HAS_PORTS = offset(EVENT, "has_ports");

  private EventRecord() {}

  /**
   * Returns when it was.
   *
   * @param ring memory with a record
   * @param at where the record begins
   * @return boot time, in nanoseconds
   */
  public static long bootNanos(MemorySegment ring, long at) {
    return ring.get(ValueLayout.JAVA_LONG, at + BOOT);
  }

  /**
   * Returns the number of the interface.
   *
   * @param ring memory with a record
   * @param at where the record begins
   * @return 0 or more
   */
  public static int slot(MemorySegment ring, long at) {
    return ring.get(ValueLayout.JAVA_INT, at + SLOT);
  }

  /**
   * Reads a record.
   *
   * @param ring memory with a record
   * @param at where the record begins
   * @param time what {@link #bootNanos} means on the clock of the settings
   * @param interfaceName what {@link #slot} means
   * @return the event
   */
  public static DropEvent read(MemorySegment ring, long at, Instant time, String interfaceName) {
    int family = ring.get(Addresses.U8, at + FAMILY);
    boolean hasPorts = ring.get(Addresses.U8, at + HAS_PORTS) != 0;
    return new DropEvent(
        time,
        interfaceName,
        ring.get(Addresses.U8, at + DIRECTION) == 0 ? Direction.INGRESS : Direction.EGRESS,
        Reason.ofCode(Byte.toUnsignedInt(ring.get(Addresses.U8, at + REASON))),
        address(ring, at + SOURCE, family),
        address(ring, at + DESTINATION, family),
        family == 0 ? null : Byte.toUnsignedInt(ring.get(Addresses.U8, at + PROTOCOL)),
        hasPorts ? port(ring, at + SOURCE_PORT) : null,
        hasPorts ? port(ring, at + DESTINATION_PORT) : null,
        ring.get(ValueLayout.JAVA_LONG, at + UNREPORTED));
  }

  /** Null if unread, or an IPv4-mapped address in an IPv6 header, which is no address. */
  private static @Nullable IpAddress address(MemorySegment ring, long at, int family) {
    if (family == 0 || (family == 6 && Addresses.isMapped(ring, at))) {
      return null;
    }
    return Addresses.read(ring, at, Addresses.family((byte) family));
  }

  private static int port(MemorySegment ring, long at) {
    return Short.toUnsignedInt(ring.get(ValueLayout.JAVA_SHORT, at));
  }
}
