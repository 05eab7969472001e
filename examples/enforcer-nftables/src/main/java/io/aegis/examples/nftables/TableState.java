package io.aegis.examples.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.api.Grant;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.Health;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads an instance's table. Thread-safe: it remembers nothing but what {@link SeenTimes} does.
 *
 * @param nft the program
 * @param instance the name from the settings
 * @param clock the clock on which to tell times
 * @param times what is known of last packets already
 */
record TableState(Nft nft, String instance, InstantSource clock, SeenTimes times) {

  String table() {
    return Ruleset.table(instance);
  }

  /** The grants of these lanes, in the order of their ids. */
  List<Grant> grants(Collection<Lane> lanes) {
    var grants = new ArrayList<Grant>();
    for (Lane lane : lanes) {
      for (JsonNode element : elements("grants", lane.set("grants"))) {
        grants.add(read(lane, element));
      }
    }
    grants.sort(Comparator.comparing(Grant::id));
    return List.copyOf(grants);
  }

  private Grant read(Lane lane, JsonNode element) {
    try {
      return GrantNote.read(lane, element);
    } catch (RuntimeException e) {
      throw new EnforcerException(
          Kind.INTERNAL,
          "reading the grants of instance "
              + instance
              + ": somebody else has put an element into "
              + lane.set("grants")
              + " of "
              + table()
              + ": "
              + element
              + "; take it away, or detach the instance",
          e);
    }
  }

  /** What was admitted, by tuple. Tuples that admitted nothing are not there. */
  Map<Tuple, Activity> activity(Collection<Lane> lanes) {
    var seen = new HashMap<Tuple, Activity>();
    for (Lane lane : lanes) {
      Instant now = clock.instant();
      for (JsonNode element : elements("activity", lane.set("seen"))) {
        JsonNode key = element.path("val").path("concat");
        long packets = element.path("counter").path("packets").asLong();
        if (packets > 0) {
          var tuple = new Tuple(lane.client(key), lane.target(key));
          seen.put(tuple, activity(tuple, element, packets, now));
        }
      }
    }
    return seen;
  }

  private Activity activity(Tuple tuple, JsonNode element, long packets, Instant now) {
    // nft cuts "expires" to seconds, so the time is up to a second too early, never too late.
    long ago = element.path("timeout").asLong() - element.path("expires").asLong();
    long bytes = element.path("counter").path("bytes").asLong();
    return new Activity(
        packets,
        bytes + packets * FrameCounts.ETHERNET_HEADER,
        times.at(instance, tuple, packets, now.minusSeconds(ago)));
  }

  Counters counters() {
    return FrameCounts.read(elements("counters", "frames"));
  }

  private List<JsonNode> elements(String what, String set) {
    return nft.elements("reading the " + what + " of instance " + instance, table(), set);
  }

  /** The interfaces that have a base chain of ours in place. */
  Set<String> hooked() {
    var hooked = new HashSet<String>();
    String doing = "looking for the chains of instance " + instance;
    for (JsonNode object : nft.list(doing, "list chains netdev")) {
      JsonNode chain = object.path("chain");
      String name = chain.path("name").asText();
      if (("netdev " + chain.path("table").asText()).equals(table()) && chain.has("hook")) {
        hooked.add(name.substring(Ruleset.baseChain("").length()));
      }
    }
    return hooked;
  }

  Health health(Collection<String> interfaces) {
    try {
      Set<String> hooked = hooked();
      return new Health(
          interfaces.stream()
              .filter(name -> !hooked.contains(name) || !nft.hasInterface(name))
              .map(name ->
                  "interface "
                      + name
                      + " is not filtered: it is gone, or its chain in "
                      + table()
                      + " is; find out who deletes interfaces or nftables rules (nft flush"
                      + " ruleset?) and start the agent again")
              .toList());
    } catch (EnforcerException e) {
      return new Health(List.of(String.valueOf(e.getMessage())));
    }
  }
}
