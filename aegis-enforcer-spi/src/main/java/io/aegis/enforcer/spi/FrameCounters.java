package io.aegis.enforcer.spi;

import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Frames by interface, reason and whether they only would have been dropped. Thread-safe. */
final class FrameCounters {
  private final Map<Key, Counters.Count> counts = new ConcurrentHashMap<>();

  private record Key(String interfaceName, Direction direction, Reason reason, boolean wouldDrop) {}

  void count(String interfaceName, Direction way, Verdict verdict, int bytes) {
    var key = new Key(interfaceName, way, verdict.reason(), verdict.wouldDrop());
    counts.merge(key, row(key, 1, bytes), (a, b) -> row(key, a.packets() + 1, a.bytes() + bytes));
  }

  private static Counters.Count row(Key key, long packets, long bytes) {
    return new Counters.Count(
        key.interfaceName, key.direction, key.reason, key.wouldDrop, packets, bytes);
  }

  Counters snapshot() {
    return new Counters(
        counts.values().stream()
            .sorted(
                Comparator.comparing(Counters.Count::interfaceName)
                    .thenComparing(Counters.Count::direction)
                    .thenComparing(Counters.Count::reason)
                    .thenComparing(Counters.Count::wouldDrop))
            .toList());
  }
}
