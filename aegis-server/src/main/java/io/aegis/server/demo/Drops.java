package io.aegis.server.demo;

import static java.util.stream.Collectors.joining;

import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Counters;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the gateway counted between two readings.
 *
 * @param packets packets by reason, without the reasons that did not occur
 */
record Drops(Map<Reason, Long> packets) {

  static Drops between(Counters before, Counters after) {
    var packets = new EnumMap<Reason, Long>(Reason.class);
    for (Reason reason : Reason.values()) {
      long difference = after.packets(reason) - before.packets(reason);
      if (difference > 0) {
        packets.put(reason, difference);
      }
    }
    return new Drops(packets);
  }

  long of(Reason reason) {
    return packets.getOrDefault(reason, 0L);
  }

  /** Returns the reasons to drop and their counts, for people. */
  @Override
  public String toString() {
    String text =
        packets.entrySet().stream()
            .filter(entry -> !entry.getKey().admits())
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(joining(", "));
    return text.isEmpty() ? "nothing" : text;
  }
}
