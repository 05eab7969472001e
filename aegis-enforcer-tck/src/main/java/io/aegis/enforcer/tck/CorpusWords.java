package io.aegis.enforcer.tck;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.tck.PacketCase.Expected;
import io.aegis.enforcer.tck.PacketCase.Outcome;
import io.aegis.enforcer.tck.PacketCase.Without;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The words of one line of a corpus. */
final class CorpusWords {
  private static final Duration GRANT_LIFE = Duration.ofHours(1);

  private final ArrayDeque<String> words;

  CorpusWords(String line) {
    words = new ArrayDeque<>(Arrays.asList(line.strip().split("\\s+", -1)));
  }

  String next() {
    String word = words.poll();
    if (word == null) {
      throw new IllegalArgumentException("a word is missing");
    }
    return word;
  }

  List<String> rest() {
    List<String> rest = List.copyOf(words);
    words.clear();
    return rest;
  }

  Duration seconds() {
    return Duration.ofSeconds(Long.parseLong(next()));
  }

  private void expect(String word) {
    if (!next().equals(word)) {
      throw new IllegalArgumentException("'" + word + "' is missing");
    }
  }

  /** Takes the next word if it is this one. */
  private boolean has(String word) {
    if (word.equals(words.peek())) {
      words.remove();
      return true;
    }
    return false;
  }

  private void end() {
    if (!words.isEmpty()) {
      throw new IllegalArgumentException("'" + words.peek() + "' is not understood");
    }
  }

  StaticRule rule() {
    Direction way = has("leaving") ? Direction.EGRESS : Direction.INGRESS;
    Prefix source = Prefix.parse(next());
    expect("to");
    Prefix destination = Prefix.parse(next());
    Integer protocol = protocolNumber(next());
    PortRange from = has("from") ? PortRange.parse(next()) : PortRange.ANY;
    PortRange port = has("port") ? PortRange.parse(next()) : PortRange.ANY;
    boolean established = has("established");
    end();
    return new StaticRule(way, source, destination, protocol, from, port, established);
  }

  private static @Nullable Integer protocolNumber(String word) {
    return switch (word) {
      case "any" -> null;
      case "tcp" -> StaticRule.TCP;
      case "udp" -> StaticRule.UDP;
      default -> Integer.valueOf(word);
    };
  }

  Function<Instant, Grant> grant() {
    var id = new GrantId(Long.parseLong(next()));
    IpAddress client = IpAddress.parse(next());
    expect("to");
    Protocol protocol = Protocol.parse(next());
    Prefix prefix = Prefix.parse(next());
    PortRange ports = has("port") ? PortRange.parse(next()) : PortRange.ANY;
    var target = new Target(prefix, protocol, ports);
    EnforcementMode mode = has("audit") ? EnforcementMode.AUDIT : EnforcementMode.ENFORCE;
    boolean lease = has("lease");
    Duration idle = has("idle") ? seconds() : null;
    Duration hard = has("expired") ? Duration.ofSeconds(-10) : GRANT_LIFE;
    Duration soft = has("soft-expired") ? Duration.ofSeconds(-10) : hard;
    end();
    return now -> new Grant(id, client, target, now.plus(hard), now.plus(soft), idle, mode, lease);
  }

  Expected expected(String outcome) {
    Expected everywhere = verdict(outcome, List.of());
    var without = new ArrayList<Without>();
    while (has("without")) {
      Capability capability = Capability.valueOf(next());
      without.add(new Without(capability, verdict(next(), List.of())));
    }
    end();
    return new Expected(everywhere.outcome(), everywhere.reason(), everywhere.grants(), without);
  }

  private Expected verdict(String outcome, List<Without> without) {
    Reason reason = Reason.valueOf(next());
    Set<GrantId> grants = has("of") ? ids(next()) : Set.of();
    Outcome parsed = Outcome.valueOf(outcome.toUpperCase(Locale.ROOT).replace('-', '_'));
    return new Expected(parsed, reason, grants, without);
  }

  private static Set<GrantId> ids(String text) {
    var ids = new HashSet<GrantId>();
    for (String id : text.split("\\|", -1)) {
      ids.add(new GrantId(Long.parseLong(id)));
    }
    return ids;
  }
}
