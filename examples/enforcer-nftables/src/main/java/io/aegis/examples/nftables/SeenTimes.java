package io.aegis.examples.nftables;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers when a last packet was, as long as there is no newer one: nft tells how long ago it
 * was, in seconds, which would give another instant each time. Thread-safe.
 */
final class SeenTimes {
  private final Map<String, Map<Tuple, Seen>> known = new ConcurrentHashMap<>();

  private record Seen(long packets, Instant at) {}

  /** The time of the packet that made it so many. */
  Instant at(String instance, Tuple tuple, long packets, Instant read) {
    return known
        .computeIfAbsent(instance, _ -> new ConcurrentHashMap<>())
        .compute(
            tuple,
            (_, before) ->
                before != null && before.packets == packets ? before : new Seen(packets, read))
        .at;
  }

  void forget(String instance, Tuple tuple) {
    known.computeIfPresent(
        instance,
        (_, times) -> {
          times.remove(tuple);
          return times;
        });
  }

  void forget(String instance) {
    known.remove(instance);
  }
}
