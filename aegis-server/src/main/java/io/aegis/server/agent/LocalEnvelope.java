package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Bounds from the agent's own configuration.
 *
 * @param guards the destinations this gateway guards: a grant that reaches beyond one of them is
 *     refused, and the controller sends none that leads elsewhere
 * @param neverOpenPorts TCP and UDP ports that are never opened
 * @param longestLifetime the longest time from now to a grant's hard expiry
 */
public record LocalEnvelope(
    Set<Prefix> guards, List<PortRange> neverOpenPorts, Duration longestLifetime)
    implements Envelope {

  /** Longer than any session lasts. */
  public static final Duration DEFAULT_LONGEST_LIFETIME = Duration.ofDays(7);

  /**
   * Makes an envelope.
   *
   * @throws IllegalArgumentException if nothing is guarded, or the lifetime is not positive
   */
  public LocalEnvelope {
    guards = Set.copyOf(guards);
    neverOpenPorts = List.copyOf(neverOpenPorts);
    if (guards.isEmpty()) {
      throw new IllegalArgumentException(
          "an agent guards at least one destination prefix: it would get no grant at all");
    }
    if (!longestLifetime.isPositive()) {
      throw new IllegalArgumentException(
          "the longest lifetime must be positive: " + longestLifetime);
    }
  }

  /**
   * Returns an envelope that bounds the destinations alone.
   *
   * @param guards the destinations this gateway guards
   * @return the envelope
   */
  public static LocalEnvelope guarding(Set<Prefix> guards) {
    return new LocalEnvelope(guards, List.of(), DEFAULT_LONGEST_LIFETIME);
  }

  @Override
  public Optional<String> breach(Grant grant, Instant now) {
    Target target = grant.target();
    if (guards.stream().noneMatch(guard -> covers(guard, target.prefix()))) {
      return Optional.of(
          "target " + target + " reaches beyond what this gateway guards: " + guards);
    }
    if (target.protocol().hasPorts()) {
      for (PortRange closed : neverOpenPorts) {
        if (closed.first() <= target.ports().last() && target.ports().first() <= closed.last()) {
          return Optional.of("port " + closed + " is never opened here: " + target);
        }
      }
    }
    if (grant.hardExpiry().isAfter(now.plus(longestLifetime))) {
      return Optional.of(
          "it would last until " + grant.hardExpiry() + ", longer than " + longestLifetime);
    }
    return Optional.empty();
  }

  private static boolean covers(Prefix guard, Prefix target) {
    return guard.length() <= target.length() && guard.contains(target.address());
  }
}
