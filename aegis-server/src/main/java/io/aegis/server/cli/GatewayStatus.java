package io.aegis.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.Health;
import io.aegis.server.agent.RunningAgent.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway enforces, as read at one time.
 *
 * @param instance the enforcer's instance
 * @param at when it was read
 * @param health whether the datapath is in place
 * @param filtered which frames are filtered at all
 * @param counters what was admitted and dropped
 * @param grants what is in force or has just ended
 * @param activity what the grants have seen
 */
record GatewayStatus(
    String instance,
    Instant at,
    Health health,
    Set<Direction> filtered,
    Counters counters,
    List<Grant> grants,
    Map<GrantId, Activity> activity) {

  static GatewayStatus read(String instance, EnforcerView view, Instant now) {
    return new GatewayStatus(
        instance,
        now,
        view.health(),
        view.filtered(),
        view.counters(),
        view.grants(),
        view.activity());
  }

  /** Writes tables for people. */
  String text() {
    var text = new StringBuilder();
    text.append("instance ").append(instance).append(": ");
    // Not "enforcing": an interface may be in audit mode.
    text.append(health.isGreen() ? "in place\n" : "NOT in place everywhere\n");
    health.problems().forEach(problem -> text.append("  ").append(problem).append('\n'));
    if (!filtered.contains(Direction.EGRESS)) {
      text.append(
          "  what leaves is not filtered: the enforcer needs Linux 6.6 or later for that\n");
    }
    text.append(
        "\n%-15s %-8s %-18s %15s %18s%n"
            .formatted("interface", "way", "reason", "packets", "bytes"));
    for (Count count : counters.counts()) {
      text.append(
          "%-15s %-8s %-18s %,15d %,18d  %s%n"
              .formatted(
                  count.interfaceName(),
                  way(count),
                  count.reason(),
                  count.packets(),
                  count.bytes(),
                  count.wouldDrop()
                      ? "would drop"
                      : count.reason().admits() ? "admitted" : "dropped"));
    }
    text.append(
        "\n%-12s %-39s %-44s %10s %15s%n"
            .formatted("grant", "client", "target", "ends in", "packets"));
    for (Grant grant : grants) {
      text.append(
          "%-12s %-39s %-44s %10s %,15d%n"
              .formatted(
                  grant.id(),
                  grant.client(),
                  grant.target(),
                  endsIn(grant),
                  seen(grant).packets()));
    }
    if (!grants.isEmpty()) {
      text.append(
          "('ends in': unless the controller moves it on, as it does while the service is activated)\n");
    }
    text.append(ReasonWords.legend(counters.counts().stream().map(Count::reason).toList()));
    return text.toString();
  }

  private static String way(Count count) {
    return way(count.direction());
  }

  private static String way(Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT);
  }

  private Activity seen(Grant grant) {
    return activity.getOrDefault(grant.id(), Activity.NONE);
  }

  private String endsIn(Grant grant) {
    Duration left = Duration.between(at, grant.softExpiry());
    return left.isPositive() ? left.toSeconds() + " s" : "ended";
  }

  /** Writes one JSON object for machines; {@code agent} is empty if none runs. */
  String json(Optional<Standing> agent) {
    var mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("instance", instance).put("at", at.toString()).put("healthy", health.isGreen());
    agent.ifPresent(running -> root.set("agent", AgentWords.json(running)));
    health.problems().forEach(root.putArray("problems")::add);
    filtered.stream().map(GatewayStatus::way).sorted().forEach(root.putArray("filtered")::add);
    var counts = root.putArray("counters");
    for (Count count : counters.counts()) {
      counts
          .addObject()
          .put("interface", count.interfaceName())
          .put("direction", way(count))
          .put("reason", count.reason().name())
          .put("would_drop", count.wouldDrop())
          .put("packets", count.packets())
          .put("bytes", count.bytes());
    }
    var open = root.putArray("grants");
    for (Grant grant : grants) {
      open.addObject()
          .put("id", grant.id().value())
          .put("client", grant.client().toString())
          .put("target", grant.target().toString())
          .put("hard_expiry", grant.hardExpiry().toString())
          .put("soft_expiry", grant.softExpiry().toString())
          .put("mode", grant.mode().name().toLowerCase(java.util.Locale.ROOT))
          .put("packets", seen(grant).packets())
          .put("bytes", seen(grant).bytes());
    }
    return root.toPrettyString() + "\n";
  }
}
