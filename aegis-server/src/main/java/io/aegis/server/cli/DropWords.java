package io.aegis.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aegis.api.IpAddress;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.DropEvent;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes drops, for people and for machines. Stateless. */
final class DropWords {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DropWords() {}

  static String text(DropEvent event) {
    var text = new StringBuilder();
    text.append(event.at()).append(' ').append(event.interfaceName());
    text.append(event.direction() == Direction.INGRESS ? " in " : " out ");
    text.append(event.reason());
    event.protocol().ifPresent(number -> text.append(' ').append(protocol(number)));
    if (event.source() != null && event.destination() != null) {
      text.append(' ').append(end(event.source(), event.sourcePort()));
      text.append(" -> ").append(end(event.destination(), event.destinationPort()));
    }
    if (event.unreported() > 0) {
      text.append(" (and %,d more)".formatted(event.unreported()));
    }
    return text.toString();
  }

  private static String protocol(int number) {
    return switch (number) {
      case 1 -> "icmp";
      case 6 -> "tcp";
      case 17 -> "udp";
      case 58 -> "icmpv6";
      default -> "protocol " + number;
    };
  }

  private static String end(IpAddress address, @Nullable Integer port) {
    if (port == null) {
      return address.toString();
    }
    return address.family() == IpAddress.Family.IPV6
        ? "[%s]:%d".formatted(address, port)
        : "%s:%d".formatted(address, port);
  }

  static String json(DropEvent event) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("at", event.at().toString()).put("interface", event.interfaceName());
    node.put("direction", event.direction().name().toLowerCase(Locale.ROOT));
    node.put("reason", event.reason().name());
    put(node, "source", event.source());
    put(node, "destination", event.destination());
    put(node, "protocol", event.protocolNumber());
    put(node, "source_port", event.sourcePort());
    put(node, "destination_port", event.destinationPort());
    return node.put("unreported", event.unreported()).toString();
  }

  private static void put(ObjectNode node, String name, @Nullable Object value) {
    switch (value) {
      case null -> node.putNull(name);
      case Integer number -> node.put(name, number);
      default -> node.put(name, value.toString());
    }
  }
}
