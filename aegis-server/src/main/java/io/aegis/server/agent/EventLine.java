package io.aegis.server.agent;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.DropEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A drop as a line between the agent and a command: fields divided by spaces, which no name of an
 * interface has, and a dash for what was not read. Stateless.
 */
final class EventLine {

  private static final int FIELDS = 10;
  private static final String NONE = "-";

  private EventLine() {}

  static String write(DropEvent event) {
    return String.join(
        " ",
        event.at().toString(),
        event.interfaceName(),
        event.direction().name(),
        event.reason().name(),
        text(event.source()),
        text(event.destination()),
        text(event.protocolNumber()),
        text(event.sourcePort()),
        text(event.destinationPort()),
        Long.toString(event.unreported()));
  }

  private static String text(@Nullable Object value) {
    return value == null ? NONE : value.toString();
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static DropEvent read(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not an event: '" + line + "'");
    }
    return new DropEvent(
        Instant.parse(fields[0]),
        fields[1],
        Direction.valueOf(fields[2]),
        Reason.valueOf(fields[3]),
        address(fields[4]),
        address(fields[5]),
        number(fields[6]),
        number(fields[7]),
        number(fields[8]),
        Long.parseLong(fields[9]));
  }

  private static @Nullable IpAddress address(String field) {
    return field.equals(NONE) ? null : IpAddress.parse(field);
  }

  private static @Nullable Integer number(String field) {
    return field.equals(NONE) ? null : Integer.valueOf(field);
  }
}
