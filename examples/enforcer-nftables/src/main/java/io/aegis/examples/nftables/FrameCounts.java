package io.aegis.examples.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The set {@code frames} as {@link Counters}: an element with a counter for each interface, reason
 * and whether the frame had a tag. nft counts from the network header on, without the tag that the
 * kernel has taken away before.
 */
final class FrameCounts {
  /** What nft is asked to tell apart; every drop is {@code NO_GRANT}. */
  static final List<Reason> REASONS =
      List.of(
          Reason.ARP,
          Reason.NEIGHBOUR,
          Reason.GRANT,
          Reason.STATIC,
          Reason.NO_GRANT,
          Reason.LINK_CONTROL);

  static final int PLAIN = 0;
  static final int TAGGED = 1;
  static final int ETHERNET_HEADER = 14;
  private static final int TAG = 4;

  private FrameCounts() {}

  private record Row(String interfaceName, Reason reason) {}

  /** Reads the elements of the set. */
  static Counters read(List<JsonNode> elements) {
    var rows =
        new TreeMap<Row, Count>(
            Comparator.comparing(Row::interfaceName).thenComparing(Row::reason));
    for (JsonNode element : elements) {
      JsonNode key = element.path("val").path("concat");
      var row = new Row(key.path(0).asText(), Reason.ofCode(key.path(1).asInt()));
      long packets = element.path("counter").path("packets").asLong();
      int added = ETHERNET_HEADER + key.path(2).asInt() * TAG;
      long bytes = element.path("counter").path("bytes").asLong() + packets * added;
      var count = new Count(row.interfaceName, row.reason, false, packets, bytes);
      rows.merge(row, count, FrameCounts::sum);
    }
    return new Counters(new ArrayList<>(rows.values()));
  }

  private static Count sum(Count a, Count b) {
    return new Count(
        a.interfaceName(), a.reason(), false, a.packets() + b.packets(), a.bytes() + b.bytes());
  }
}
